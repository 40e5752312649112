"""The method's oracles: each is found by its number; those that no other file holds are here."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from tests.source_tree import ROOT
from tests.worker.ml.conftest import samples, toy_config, toy_data, toy_network
from worker.ml import acquisition
from worker.ml.acquisition import ImageScore, rank, score_images, score_tensor
from worker.ml.augment.weak import weak_view
from worker.ml.confidence import class_chances, keep_rates
from worker.ml.losses.contrastive import Pixels, class_centres, contrastive_loss
from worker.ml.losses.pseudo_label import pseudo_label_loss, weighted_pseudo_label_loss
from worker.ml.losses.supervised import cross_entropy
from worker.ml.networks import SegmentationOutput, build_network
from worker.ml.recipes import StepContext, stal
from worker.ml.sampling import generator
from worker.ml.score_maps import entropy_map
from worker.ml.trainer import Training

ROW = re.compile(r"^\| (?P<number>[A-D]?\d+) \|.*\|(?P<tests>[^|]*)\|$", re.MULTILINE)
TEST = re.compile(r"`(?P<path>[\w/.]+)::(?P<name>\w+)`")


def rows() -> dict[str, list[tuple[str, str]]]:
    text = (ROOT / "tests/worker/ml/ORACLES.md").read_text(encoding="utf-8")
    return {row["number"]: TEST.findall(row["tests"]) for row in ROW.finditer(text)}


def test_every_oracle_and_every_defect_names_tests_that_exist() -> None:
    table = rows()

    assert {str(number) for number in range(1, 27)} <= set(table)
    assert {f"A{number}" for number in range(1, 14)} <= set(table)
    for number, tests in table.items():
        assert tests, f"{number} names no test"
        for path, name in tests:
            source = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert re.search(rf"^\s*def {name}\(", source, re.MULTILINE), f"{path}::{name}"


def test_the_share_that_is_dropped_falls_from_its_first_value_to_none(
    scenes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oracle 4: 20 % at the beginning, 10 % half-way."""
    shares: list[float] = []

    def note(uncertainty: Tensor, valid: Tensor, *, drop_share: float) -> Tensor:
        shares.append(drop_share)
        return valid

    monkeypatch.setattr(stal, "keep_sure", note)
    training = Training(toy_config(steps=4, alpha0=0.2), toy_data(scenes), None)
    for _ in range(4):
        training.advance()
    training.close()

    assert shares == pytest.approx([0.2, 0.15, 0.1, 0.05])


def test_dividing_by_all_valid_pixels_halves_the_loss_where_half_is_left_out() -> None:
    """Oracle 5, the option: the loss then weighs little while little is sure."""
    logits = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
    keep = torch.tensor([[[True, True, False, False]]])
    valid = torch.ones_like(keep)

    loss = pseudo_label_loss(logits, torch.zeros(1, 1, 4, dtype=torch.long), keep, among=valid)

    assert loss.item() == pytest.approx(0.156631, abs=1e-6)


def test_pixels_weigh_by_the_square_of_their_confidence() -> None:
    """Oracle 6."""
    margins = torch.tensor([2.0, 0.0, 0.0, 0.0])
    logits = torch.stack([margins, torch.zeros(4)])[None, :, None]
    confidence = torch.tensor([[[1.0, 0.5, 0.5, 0.5]]])
    guess = torch.zeros(1, 1, 4, dtype=torch.long)

    loss = weighted_pseudo_label_loss(logits, guess, confidence.square())

    assert loss.item() == pytest.approx(0.369593, abs=1e-6)
    nothing = weighted_pseudo_label_loss(logits, guess, torch.zeros(1, 1, 4))
    assert nothing.item() == 0


def test_the_surer_a_class_the_fewer_of_its_pixels_are_learnt_from() -> None:
    """Oracle 7."""
    rates = keep_rates(torch.tensor([0.9, 0.5, 0.1]))

    assert rates.tolist() == pytest.approx([0.111111, 0.555556, 1.0], abs=1e-6)
    assert keep_rates(torch.ones(2)).tolist() == [1, 1]


@pytest.mark.parametrize("weight", ["confidence", "confidence_and_class"])
def test_weighted_guesses_train_and_differ_from_equal_ones(weight: str, scenes: Path) -> None:
    """Oracles 6 and 7 reach the step: the same batch, another loss."""
    values = {}
    for option in ("equal", weight):
        config = toy_config(steps=1, pseudo_weight=option, pseudo_mean="kept")
        training = Training(config, toy_data(scenes), None)
        # One class is certain, so that the student's pixels of it are left out.
        for parameter in training.teacher.classify.parameters():
            parameter.mul_(50)  # a teacher this fresh is equally unsure everywhere
        assert isinstance(training.recipe, stal.Stal)
        training.recipe.confidence.value.fill_(0.9)[0] = 0.0
        values[option] = training.advance()["pseudo_label"].item()
        training.close()

    assert math.isfinite(values[weight])
    assert values[weight] != pytest.approx(values["equal"], rel=1e-6)


def test_class_chances_are_of_the_doubt_itself_not_of_its_root() -> None:
    """Oracle 14: the root's chances are those of the authors' code."""
    chances = class_chances(np.array([0.9, 0.6, 0.3]), temperature=1.0)

    assert chances.tolist() == pytest.approx([0.239694, 0.323554, 0.436752], abs=1e-6)
    assert abs(chances - [0.246628, 0.338359, 0.415014]).max() > 0.004


class Told(nn.Module):
    """A network that says of every image what its first pixel's colour asks for."""

    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        assert not embed
        sure = images[:, :1, :1, :1].float()
        logits = torch.zeros(len(images), 5, 4, 6)
        logits[:, 3] = sure[:, 0]
        return SegmentationOutput(logits, logits, None, None)


def test_scores_are_one_for_an_even_guess_zero_for_certainty_and_ranked_between() -> None:
    """Oracle 20: certainty, doubt, and between them the order of the mean entropy."""
    shades = {"even": 0, "sure": 200, "some": 3, "same": 3, "most": 1}
    network = Told()
    scored = []
    for name, shade in shades.items():
        image = torch.full((1, 3, 16, 24), shade, dtype=torch.uint8)
        score = score_tensor(network, image, entropy_map)  # type: ignore[arg-type]
        scored.append(ImageScore(name, float(score[0]), name))

    by_name = {each.name: each.score for each in scored}
    assert by_name["even"] == pytest.approx(1.0)
    assert by_name["sure"] == 0.0
    order = [each.name for each in rank(scored, 5, strategy="entropy", seed=0)]
    assert order == ["even", "most", "same", "some", "sure"]  # ties by name
    with pytest.raises(ValueError, match="asks for 6 images, the pool has 5"):
        rank(scored, 6, strategy="entropy", seed=0)


def test_acquisition_scores_exactly_the_images_it_is_given(scenes: Path, model: Path) -> None:
    """Oracle 20: what is labelled is not in the pool, and nothing else is ever returned."""
    pool = samples(scenes, "target", labelled=False)[4:]

    scores = list(score_images(model, pool, strategy="entropy", seed=0, threads=1))

    chosen = {each.name for each in rank(scores, len(pool), strategy="entropy", seed=0)}
    assert chosen == {sample.name for sample in pool}


@pytest.mark.parametrize("sizes", [{"a": 6, "b": 3, "c": 1}, {"a": 1, "b": 50, "c": 1}])
def test_a_short_group_never_owes_more_than_it_has(sizes: dict[str, int]) -> None:
    """Oracle 20: for every K up to the pool, shares sum to K and none exceeds its group."""
    for k in range(sum(sizes.values()) + 1):
        quotas = acquisition.group_quotas(sizes, k)

        assert sum(quotas.values()) == k
        assert all(quotas[group] <= size for group, size in sizes.items())


def test_padding_does_not_change_the_loss() -> None:
    """Oracle 21: the loss of a padded crop is that of its unpadded part."""
    ids = generator(0).integers(0, 5, (48, 80)).astype(np.uint8)
    picture = Image.fromarray(np.repeat(ids[..., None], 3, axis=2))
    _, labels = weak_view(
        picture, Image.fromarray(ids), crop=(80, 80), scale=(1, 1), flip=0, rng=generator(1)
    )
    logits = torch.randn(1, 5, 80, 80, generator=torch.Generator().manual_seed(0))
    target = torch.from_numpy(labels).long()[None]

    whole, part = cross_entropy(logits, target), cross_entropy(logits[:, :, :48], target[:, :48])

    assert (target[0] == 255).sum() == 32 * 80
    assert whole.item() == pytest.approx(part.item(), abs=1e-6)


def test_a_resized_label_map_holds_no_new_id(scenes: Path) -> None:
    """Oracle 22, of whole label maps: 3 and 17 side by side never give 10."""
    ids = generator(3).choice([3, 17], (51, 37)).astype(np.uint8)

    for size in ((20, 20), (37, 52), (99, 10)):
        small = Image.fromarray(ids).resize(size, Image.Resampling.NEAREST)
        assert set(np.unique(np.asarray(small))) <= {3, 17}


def test_centres_and_keys_get_no_gradient_and_only_anchors_do() -> None:
    """Oracle 24."""
    rng = torch.Generator().manual_seed(0)
    student = torch.randn(9, 4, generator=rng, requires_grad=True)
    teacher = torch.randn(9, 4, generator=rng)
    keys = F.normalize(torch.randn(6, 4, generator=rng), dim=1)
    labels = torch.tensor([0, 0, 0, 1, 1, 1, 255, 255, 255])
    one = torch.ones(9, dtype=torch.bool)
    probs = torch.full((9, 2), 0.5)
    pixels = Pixels(labels=labels, reliable=one, unreliable=~one, labelled=one, probs=probs)
    centres, _ = class_centres(teacher, pixels)
    anchors = torch.tensor([[0, 2], [4, 4]])
    picks = torch.randint(6, (2, 2, 3), generator=rng)

    loss = contrastive_loss(
        student, centres, anchors, torch.ones(2, dtype=torch.bool), keys, picks, temperature=0.5
    )
    loss.backward()

    assert not centres.requires_grad
    assert not keys.requires_grad
    assert student.grad is not None
    moved = student.grad.abs().sum(dim=1).nonzero().flatten().tolist()
    assert moved == [0, 2, 4]


def test_the_teachers_guess_is_the_label_of_unlabelled_crops_only(scenes: Path) -> None:
    """Defect A10: other labels on the labelled crops change nothing in the pseudo-label loss."""
    values = []
    for shift in (0, 1):
        training = Training(toy_config(steps=2), toy_data(scenes), None)
        loader = training._filled_loader()
        batch = loader.next()
        labels = np.where(batch.labels == 255, 255, (batch.labels + shift) % 8).astype(np.uint8)
        context = StepContext(
            batch=replace(batch, labels=labels),
            student=training.student,
            teacher=training.teacher,
            step=0,
            steps=2,
            seed=0,
        )
        losses = training.recipe.losses(context)
        values.append({name: loss.item() for name, loss in losses.items()})
        training.close()

    assert values[0]["pseudo_label"] == values[1]["pseudo_label"]
    assert values[0]["supervised"] != values[1]["supervised"]


def test_every_option_off_still_trains(scenes: Path) -> None:
    """Defect B6: switching an augmentation off leaves nothing undefined."""
    off = {"cutmix": False, "copy_paste": 0.0, "entropy_filter": "none", "jitter": 0.0}
    training = Training(toy_config(steps=2, contrastive_start=0.0, **off), toy_data(scenes), None)

    losses = [training.advance() for _ in range(2)]
    training.close()

    assert all(value.isfinite() for each in losses for value in each.values())


def test_one_labelled_and_one_unlabelled_crop_train(scenes: Path) -> None:
    """Defect B3: a batch of one crop each, in train mode."""
    config = toy_config(steps=2, batch_labelled=1, batch_unlabelled=1, contrastive_start=0.0)
    training = Training(config, toy_data(scenes), None)

    losses = [training.advance() for _ in range(2)]
    training.close()

    assert all(value.isfinite() for each in losses for value in each.values())
    network = build_network(toy_network()).train()
    network(torch.zeros(1, 3, 64, 64, dtype=torch.uint8)).logits.sum().backward()
