"""Scores, quotas and choices."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from tests.worker.ml.conftest import samples, toy_network
from worker.ml.acquisition import (
    ImageScore,
    group_quotas,
    predict,
    rank,
    score_images,
)
from worker.ml.data import BadSample, Sample
from worker.ml.models import load_model, save_model
from worker.ml.networks import build_network
from worker.ml.score_maps import MAPS, bald_map, dropout_logits, entropy_map


def scored(**values: float) -> list[ImageScore]:
    """Names say their group before the underscore."""
    return [ImageScore(name, score, name.split("_")[0]) for name, score in values.items()]


class TestScores:
    def test_are_means_of_the_map_and_do_not_depend_on_the_others(
        self, scenes: Path, model: Path
    ) -> None:
        pool = samples(scenes, "target", labelled=False)

        scores = list(score_images(model, pool, strategy="entropy", seed=0, threads=1))
        backwards = list(score_images(model, pool[::-1], strategy="entropy", seed=9, threads=1))

        assert [score.name for score in scores] == [sample.name for sample in pool]
        assert backwards[::-1] == scores
        assert len({score.score for score in scores}) > len(pool) / 2
        image = torch.from_numpy(np.array(Image.open(pool[0].image))).permute(2, 0, 1)[None]
        with torch.no_grad():
            p = load_model(model).network(image).logits.double().softmax(dim=1)
        expected = -(p * p.log()).sum(dim=1).mean() / math.log(8)
        assert scores[0].score == pytest.approx(expected.item(), abs=1e-5)

    @pytest.mark.parametrize("strategy", MAPS)
    def test_every_strategy_tells_images_apart_whatever_the_others(
        self, strategy: str, scenes: Path, model: Path, tmp_path: Path
    ) -> None:
        pool = samples(scenes, "target", labelled=False)
        loaded = load_model(model)
        image = torch.from_numpy(np.array(Image.open(pool[0].image))).permute(2, 0, 1)[None]
        with torch.no_grad():  # as fresh as it is, it sees one class everywhere
            logits = loaded.network(image).logits
            classify = loaded.network.classify
            assert isinstance(classify, torch.nn.Conv2d)
            assert classify.bias is not None
            classify.bias.sub_(logits.mean(dim=(0, 2, 3)))
            for parameter in (classify.weight, classify.bias):
                parameter.div_(logits.std(dim=(2, 3)).mean())
        model = tmp_path / "model"
        save_model(model, loaded.network, loaded.config, {})

        scores = list(score_images(model, pool, strategy=strategy, seed=3, threads=1))
        backwards = list(score_images(model, pool[::-1], strategy=strategy, seed=3, threads=1))

        assert backwards[::-1] == scores
        assert len({score.score for score in scores}) > len(pool) / 2
        assert all(0 < score.score < 1 for score in scores)

    def test_bald_is_the_passes_of_one_dropout_after_another(
        self, scenes: Path, model: Path
    ) -> None:
        network = load_model(model).network
        image = torch.from_numpy(np.array(Image.open(samples(scenes, "target")[0].image))).permute(
            2, 0, 1
        )[None]

        with torch.no_grad():
            cheap = dropout_logits(network, image, generator=torch.Generator().manual_seed(5))
            kept = torch.rand((10, 16, 1, 1), generator=torch.Generator().manual_seed(5)) >= 0.1
            feature = network(image).feature
            plain = [network.classify(feature * each / 0.9) for each in kept.split(1)]

        assert torch.allclose(cheap, torch.cat(plain), atol=1e-6)
        assert not kept.all()
        assert bald_map(cheap).mean() > 0

    def test_bald_depends_on_the_seed(self, scenes: Path, model: Path) -> None:
        pool = samples(scenes, "target")[:2]

        one, same, other = (
            list(score_images(model, pool, strategy="bald", seed=seed, threads=1))
            for seed in (1, 1, 2)
        )

        assert one == same
        assert one != other

    def test_bald_without_dropout_is_refused(self, scenes: Path) -> None:
        network = build_network(toy_network(dropout=0.0)).eval()
        image = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)

        with pytest.raises(ValueError, match="this one has dropout 0"):
            dropout_logits(network, image, generator=torch.Generator())

    def test_random_looks_at_no_image(self, model: Path, scenes: Path) -> None:
        pool = [replace(sample, image=Path("/nowhere")) for sample in samples(scenes, "target")]

        one = list(score_images(model, pool, strategy="random", seed=1, threads=1))

        assert one == list(score_images(model, pool, strategy="random", seed=1, threads=1))
        assert one != list(score_images(model, pool, strategy="random", seed=2, threads=1))

    def test_an_unknown_strategy_is_refused_at_once(self, model: Path) -> None:
        with pytest.raises(ValueError, match="no strategy 'gut'; there are: entropy"):
            score_images(model, [], strategy="gut", seed=0, threads=1)

    def test_a_broken_image_is_named(self, model: Path, scenes: Path, tmp_path: Path) -> None:
        broken = tmp_path / "a.jpg"
        broken.write_bytes(b"no image")
        sample = replace(samples(scenes, "target")[0], image=broken, name="a")

        with pytest.raises(BadSample, match="a: the image cannot be read"):
            list(score_images(model, [sample], strategy="entropy", seed=0, threads=1))


class TestRank:
    def test_highest_first_and_ties_by_name(self) -> None:
        pool = scored(d=0.2, b=0.5, a=0.5, c=0.9)

        chosen = rank(pool, 3, group_quota="none", strategy="entropy", seed=0)

        assert [(choice.rank, choice.name) for choice in chosen] == [(1, "c"), (2, "a"), (3, "b")]
        assert chosen[0].reason == "entropy 0.9000, place 1 of 4"

    def test_more_than_the_pool_has_is_refused_with_both_numbers(self) -> None:
        with pytest.raises(ValueError, match="asks for 5 images, the pool has 4"):
            rank(scored(a=1, b=1, c=1, d=1), 5, strategy="entropy", seed=0)

    def test_a_name_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="a is scored twice"):
            rank(scored(a=1) * 2, 1, strategy="entropy", seed=0)

    def test_groups_share_the_choice(self) -> None:
        pool = scored(x_1=0.9, x_2=0.8, x_3=0.7, x_4=0.6, y_1=0.2, y_2=0.1)

        chosen = rank(pool, 3, strategy="entropy", seed=0)

        assert [choice.name for choice in chosen] == ["x_1", "x_2", "y_1"]
        assert chosen[2].reason.endswith("group 'y' gives 1 of 3")

    @pytest.mark.parametrize(
        ("group_quota", "names"),
        [
            ("size", ["x_1", "x_2", "x_3", "y_1"]),
            ("equal", ["x_1", "x_2", "y_1", "y_2"]),
            ("none", ["x_1", "x_2", "x_3", "x_4"]),
        ],
    )
    def test_what_groups_give_is_said_with_the_round(
        self, group_quota: str, names: list[str]
    ) -> None:
        pool = scored(x_1=0.9, x_2=0.8, x_3=0.7, x_4=0.6, y_1=0.2, y_2=0.1)

        chosen = rank(pool, 4, group_quota=group_quota, strategy="entropy", seed=0)

        assert [choice.name for choice in chosen] == names

    def test_an_unknown_quota_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no quota 'fair'; there are: size, equal, none"):
            rank(scored(a=1), 1, group_quota="fair", strategy="entropy", seed=0)

    def test_groups_of_one_image_each_do_not_hide_the_scores(self) -> None:
        chosen = rank(scored(a=0.1, b=0.2, c=0.9), 1, strategy="entropy", seed=0)

        assert [choice.name for choice in chosen] == ["c"]

    def test_the_order_of_the_scores_does_not_matter(self) -> None:
        pool = scored(x_1=0.5, x_2=0.5, y_1=0.5, y_2=0.5, z_1=0.1)

        for strategy in ("entropy", "random"):
            one = rank(pool, 3, strategy=strategy, seed=4)
            assert rank(pool[::-1], 3, strategy=strategy, seed=4) == one

    def test_random_depends_on_the_seed_and_not_on_the_scores(self) -> None:
        pool = scored(**{f"i{number}": number / 20 for number in range(20)})
        other = [replace(score, score=1 - score.score) for score in pool]

        def names(scores: list[ImageScore], seed: int) -> list[str]:
            return [c.name for c in rank(scores, 5, strategy="random", seed=seed)]

        assert names(pool, 1) == names(other, 1)
        assert len({tuple(names(pool, seed)) for seed in range(10)}) == 10

    def test_none_of_none(self) -> None:
        assert rank([], 0, strategy="entropy", seed=0) == []


class TestQuotas:
    def test_largest_remainder_with_ties_by_name(self) -> None:
        assert group_quotas({"a": 6, "b": 3, "c": 1}, 5) == {"a": 3, "b": 2, "c": 0}

    def test_equal_ones_differ_only_where_a_group_is_used_up(self) -> None:
        sizes = {"a": 9, "b": 1, "c": 4, "d": 9}
        assert group_quotas(sizes, 12, "equal") == {"a": 4, "b": 1, "c": 3, "d": 4}
        assert group_quotas(sizes, 23, "equal") == sizes

    @pytest.mark.parametrize("group_quota", ["size", "equal"])
    def test_always_sum_to_k_and_never_exceed_a_group(self, group_quota: str) -> None:
        rng = np.random.default_rng(0)
        for _ in range(200):
            sizes = {f"g{i}": int(n) for i, n in enumerate(rng.integers(1, 9, rng.integers(1, 9)))}
            k = int(rng.integers(0, sum(sizes.values()) + 1))
            quotas = group_quotas(sizes, k, group_quota)
            assert sum(quotas.values()) == k
            assert all(0 <= quotas[group] <= size for group, size in sizes.items())


class TestPredict:
    def test_gives_a_mask_of_the_images_own_size(self, scenes: Path, model: Path) -> None:
        sample = samples(scenes, "target", labelled=False)[0]

        prediction = predict(model, sample)

        assert prediction.labels.shape == (64, 96)
        assert prediction.labels.dtype == np.uint8
        assert prediction.uncertainty.shape == (16, 24)
        image = torch.from_numpy(np.array(Image.open(sample.image))).permute(2, 0, 1)[None]
        with torch.no_grad():
            logits = load_model(model).network(image).logits
        full = F.interpolate(logits, (64, 96), mode="bilinear", align_corners=False)
        assert np.array_equal(prediction.labels, full.argmax(dim=1)[0].numpy())
        expected = (entropy_map(logits)[0] * 255).round().numpy()
        assert np.abs(prediction.uncertainty - expected).max() <= 1
        ordered = logits[0].softmax(dim=0).sort(dim=0, descending=True)
        assert np.array_equal(prediction.second, ordered.indices[1].numpy())
        likely = (ordered.values[:2] * 255).round().numpy()
        assert np.abs(prediction.chances - likely).max() <= 1

    def test_odd_and_large_images_keep_their_size(self, model: Path, tmp_path: Path) -> None:
        file = tmp_path / "large.png"
        Image.fromarray(np.zeros((333, 801, 3), np.uint8)).save(file)

        prediction = predict(load_model(model), Sample("large", file, None, "target"))

        assert prediction.labels.shape == (333, 801)
        assert prediction.uncertainty.shape == prediction.second.shape == (84, 201)
        assert prediction.chances.shape == (2, 84, 201)
