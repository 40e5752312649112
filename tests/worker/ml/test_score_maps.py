"""Score maps, against values worked out by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from worker.ml.score_maps import (
    MAPS,
    bald_map,
    boundary_share,
    class_balanced_map,
    entropy_map,
    entropy_per_cost_map,
    region_impurity_map,
)


def logits_of(rows: list[list[int]], *, classes: int, sure: float) -> Tensor:
    """One image's logits that give each pixel's class the probability `sure`."""
    ids = torch.tensor(rows)
    other = (1 - sure) / (classes - 1)
    hot = torch.nn.functional.one_hot(ids, classes).permute(2, 0, 1)[None].double()
    return (hot * (sure - other) + other).log()


def entropy_of(*chances: float) -> float:
    return -sum(p * math.log(p) for p in chances if p)


class TestMaps:
    @pytest.mark.parametrize(
        "strategy", ["entropy", "margin", "least_confident", "class_balanced", "entropy_per_cost"]
    )
    def test_uniform_is_one_and_one_hot_is_zero(self, strategy: str) -> None:
        sure = torch.zeros(1, 5, 2, 2)
        sure[:, 3] = 200

        assert MAPS[strategy](torch.zeros(1, 5, 2, 2)).tolist() == [[[pytest.approx(1.0)] * 2] * 2]
        assert MAPS[strategy](sure).tolist() == [[[0.0, 0.0], [0.0, 0.0]]]

    @pytest.mark.parametrize("strategy", MAPS)
    @pytest.mark.parametrize("spread", [0.3, 5.0, 40.0])
    def test_equals_a_float64_reference_written_pixel_by_pixel(
        self, strategy: str, spread: float
    ) -> None:
        logits = spread * torch.randn(2, 5, 6, 7, generator=torch.Generator().manual_seed(0))

        maps = MAPS[strategy](logits).double().numpy()

        assert maps == pytest.approx(REFERENCES[strategy](chances_of(logits)), abs=1e-5)

    @pytest.mark.parametrize("strategy", [name for name in MAPS if name != "bald"])
    def test_neither_the_order_of_classes_nor_the_batch_matters(self, strategy: str) -> None:
        generator = torch.Generator().manual_seed(0)
        logits = torch.randn(3, 5, 6, 7, generator=generator)

        maps = MAPS[strategy](logits)

        assert torch.allclose(maps, MAPS[strategy](logits[:, [3, 0, 4, 1, 2]]), atol=1e-6)
        for one, alone in zip(maps, logits.split(1), strict=True):
            assert torch.allclose(one, MAPS[strategy](alone)[0], atol=1e-6)


Chances = np.ndarray  # (N, C, h, w) float64


def chances_of(logits: Tensor) -> Chances:
    x = logits.numpy().astype(np.float64)
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(x / x.sum(axis=1, keepdims=True))


def h(p: np.ndarray) -> float:
    """Entropy over ln C of one distribution, by Python's own floats."""
    return entropy_of(*(float(each) for each in p)) / math.log(len(p))


def by_pixel(value: Callable[[np.ndarray], float]) -> Callable[[Chances], np.ndarray]:
    return lambda p: np.apply_along_axis(value, 1, p)


def top_two(p: np.ndarray) -> float:
    best = sorted(p)[-2:]
    return float(1 - (best[1] - best[0]))


def windows(p: Chances) -> np.ndarray:
    guess, unsure = p.argmax(axis=1), by_pixel(h)(p)
    maps = np.zeros(unsure.shape)
    for n, y, x in np.ndindex(*unsure.shape):
        near = np.s_[n, max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
        shares = np.bincount(guess[near].ravel(), minlength=p.shape[1]) / guess[near].size
        maps[n, y, x] = h(shares) * unsure[near].mean()
    return maps


def balanced(p: Chances) -> np.ndarray:
    guess, unsure = p.argmax(axis=1), by_pixel(h)(p)
    maps = np.zeros(unsure.shape)
    for n, y, x in np.ndindex(*unsure.shape):
        same = guess[n] == guess[n, y, x]
        maps[n, y, x] = unsure[n, y, x] * same.size / (same.sum() * len(np.unique(guess[n])))
    return maps


def per_cost(p: Chances) -> np.ndarray:
    guess, unsure = p.argmax(axis=1), by_pixel(h)(p)
    for n, labels in enumerate(guess):
        height, width = labels.shape
        differ = sum(labels[y, x] != labels[y, x + 1] for y, x in np.ndindex(height, width - 1))
        differ += sum(labels[y, x] != labels[y + 1, x] for y, x in np.ndindex(height - 1, width))
        unsure[n] /= 1 + 10 * differ / (height * (width - 1) + (height - 1) * width)
    return unsure


def disagreement(p: Chances) -> np.ndarray:
    each = by_pixel(h)(p).mean(axis=0)
    return np.asarray(by_pixel(h)(p.mean(axis=0, keepdims=True))[0] - each)[None]


REFERENCES = {
    "entropy": by_pixel(h),
    "margin": by_pixel(top_two),
    "least_confident": by_pixel(lambda p: float((1 - max(p)) * len(p) / (len(p) - 1))),
    "region_impurity": windows,
    "class_balanced": balanced,
    "entropy_per_cost": per_cost,
    "bald": disagreement,
}


@settings(max_examples=60, deadline=None)
@given(
    strategy=st.sampled_from(sorted(MAPS)),
    seed=st.integers(0, 2**31),
    shape=st.tuples(st.integers(1, 3), st.integers(2, 6), st.integers(1, 6), st.integers(1, 6)),
    spread=st.sampled_from([0.0, 1.0, 30.0]),
)
def test_names_of_classes_batches_and_mirrors_change_no_score(
    strategy: str, seed: int, shape: tuple[int, int, int, int], spread: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    # Far apart, so that rounding moves no argmax; equal logits make every class a tie.
    logits = spread * torch.randn(shape, generator=generator, dtype=torch.float64)
    names = torch.randperm(shape[1], generator=generator)
    score = MAPS[strategy]

    maps = score(logits)

    assert maps.isfinite().all()
    means = maps.mean(dim=(1, 2))
    assert means.min() >= 0
    assert means.max() <= 1 + 1e-9
    assert torch.allclose(score(logits[:, names]), maps, atol=1e-9)
    assert torch.allclose(score(logits.flip(3)), maps.flip(2), atol=1e-9)
    if strategy == "bald":  # its first axis is the passes; in which order they come is all the same
        assert torch.allclose(score(logits.flip(0)), maps, atol=1e-9)
        return
    alone = torch.cat([score(one) for one in logits.split(1)])
    assert torch.allclose(alone, maps, atol=1e-9)


class TestEntropyPerCost:
    def test_boundaries_are_counted_between_neighbours(self) -> None:
        logits = logits_of([[0, 0, 1], [0, 2, 1]], classes=3, sure=0.8)

        # Of 7 pairs of neighbours, these differ: 0|1 above, 0|2 and 2|1 below, 0 over 2.
        assert boundary_share(logits).item() == pytest.approx(4 / 7)
        expected = entropy_of(0.8, 0.1, 0.1) / math.log(3) / (1 + 40 / 7)
        assert entropy_per_cost_map(logits).flatten().tolist() == pytest.approx([expected] * 6)

    def test_of_two_equally_unsure_images_the_one_with_fewer_boundaries_is_worth_more(self) -> None:
        plain = logits_of([[0, 0], [0, 0]], classes=3, sure=0.5)
        busy = logits_of([[0, 1], [1, 0]], classes=3, sure=0.5)

        assert torch.allclose(entropy_map(plain), entropy_map(busy))
        assert entropy_per_cost_map(plain).mean() > 5 * entropy_per_cost_map(busy).mean()


class TestRegionImpurity:
    def test_is_shares_of_classes_times_mean_entropy_in_the_window(self) -> None:
        logits = logits_of([[0, 0, 0], [0, 1, 1], [2, 2, 2]], classes=4, sure=0.7)
        unsure = entropy_of(0.7, 0.1, 0.1, 0.1) / math.log(4)

        scores = region_impurity_map(logits)[0]

        middle = entropy_of(4 / 9, 2 / 9, 3 / 9) / math.log(4)
        corner = entropy_of(3 / 4, 1 / 4) / math.log(4)  # four pixels lie inside
        assert scores[1, 1].item() == pytest.approx(middle * unsure)
        assert scores[0, 0].item() == pytest.approx(corner * unsure)

    def test_one_class_alone_is_pure_however_unsure(self) -> None:
        assert region_impurity_map(logits_of([[1] * 4] * 4, classes=3, sure=0.4)).abs().max() == 0


class TestClassBalanced:
    def test_mean_is_that_of_the_predicted_classes(self) -> None:
        logits = logits_of([[0, 0, 0, 2]], classes=3, sure=0.9)
        logits[..., 3] = logits_of([[2]], classes=3, sure=0.5)[..., 0]

        mean = class_balanced_map(logits).mean().item()

        rare, common = entropy_of(0.5, 0.25, 0.25), entropy_of(0.9, 0.05, 0.05)
        assert mean == pytest.approx((rare + common) / 2 / math.log(3))
        assert mean > entropy_map(logits).mean().item()

    def test_the_mean_stays_below_one(self) -> None:
        logits = 0.01 * torch.randn(4, 6, 9, 9, generator=torch.Generator().manual_seed(0))

        assert class_balanced_map(logits).mean(dim=(1, 2)).max() <= 1


class TestBald:
    def test_passes_that_are_sure_of_different_classes_give_ln_2(self) -> None:
        logits = torch.cat([logits_of([[c]], classes=4, sure=1 - 1e-12) for c in (0, 3)])

        assert bald_map(logits).item() == pytest.approx(math.log(2) / math.log(4))

    def test_passes_that_agree_give_nothing_however_unsure(self) -> None:
        logits = logits_of([[0, 1], [2, 2]], classes=3, sure=0.5).expand(5, -1, -1, -1)

        assert bald_map(logits).shape == (1, 2, 2)
        assert bald_map(logits).max().item() == pytest.approx(0, abs=1e-12)

    def test_mixed_passes(self) -> None:
        logits = torch.cat([logits_of([[0]], classes=2, sure=p) for p in (0.9, 0.6, 0.3)])

        mean = entropy_of(0.6, 0.4)
        each = (entropy_of(0.9, 0.1) + entropy_of(0.6, 0.4) + entropy_of(0.3, 0.7)) / 3
        assert bald_map(logits).item() == pytest.approx((mean - each) / math.log(2))
