"""Score maps, against values worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from worker.ml.score_maps import (
    MAPS,
    bald_map,
    class_balanced_map,
    entropy_map,
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
    @pytest.mark.parametrize("strategy", ["entropy", "margin", "least_confident", "class_balanced"])
    def test_uniform_is_one_and_one_hot_is_zero(self, strategy: str) -> None:
        sure = torch.zeros(1, 5, 2, 2)
        sure[:, 3] = 200

        assert MAPS[strategy](torch.zeros(1, 5, 2, 2)).tolist() == [[[pytest.approx(1.0)] * 2] * 2]
        assert MAPS[strategy](sure).tolist() == [[[0.0, 0.0], [0.0, 0.0]]]

    def test_entropy_equals_a_float64_reference(self) -> None:
        logits = torch.randn(2, 19, 8, 8, generator=torch.Generator().manual_seed(0)) * 5

        p = logits.double().softmax(dim=1)
        reference = -(p * p.log()).sum(dim=1) / math.log(19)

        assert torch.allclose(entropy_map(logits).double(), reference, atol=1e-5)

    @pytest.mark.parametrize("strategy", [name for name in MAPS if name != "bald"])
    def test_neither_the_order_of_classes_nor_the_batch_matters(self, strategy: str) -> None:
        generator = torch.Generator().manual_seed(0)
        logits = torch.randn(3, 5, 6, 7, generator=generator)

        maps = MAPS[strategy](logits)

        assert torch.allclose(maps, MAPS[strategy](logits[:, [3, 0, 4, 1, 2]]), atol=1e-6)
        for one, alone in zip(maps, logits.split(1), strict=True):
            assert torch.allclose(one, MAPS[strategy](alone)[0], atol=1e-6)


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
