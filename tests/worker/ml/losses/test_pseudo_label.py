"""Entropy and its filter, in the direction that is easily got wrong."""

import math

import pytest
import torch
from torch import Tensor

from worker.ml.losses.pseudo_label import entropy, keep_sure, pseudo_label_loss


def log_probs(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).log().view(1, -1, 1, 1)


class TestEntropy:
    def test_uniform_is_the_logarithm_of_the_class_count(self) -> None:
        assert entropy(log_probs(*[1 / 19] * 19)).item() == pytest.approx(math.log(19))

    def test_one_hot_is_zero_and_not_below(self) -> None:
        assert entropy(log_probs(1.0, 0.0, 0.0)).item() == 0

    def test_half_and_the_rest_equal(self) -> None:
        value = entropy(log_probs(0.5, *[0.5 / 18] * 18)).item()

        assert value / math.log(19) == pytest.approx(0.726228, abs=1e-6)


class TestKeepSure:
    def test_drops_the_least_sure_pixels_not_the_surest(self) -> None:
        uncertainty = torch.arange(10) / 10

        keep = keep_sure(uncertainty, torch.ones(10, dtype=torch.bool), drop_share=0.2)

        assert keep.tolist() == [True] * 8 + [False] * 2

    def test_keeps_all_at_share_zero(self) -> None:
        assert keep_sure(torch.rand(50), torch.ones(50, dtype=torch.bool), drop_share=0).all()

    def test_keeps_all_where_all_are_equally_unsure(self) -> None:
        assert keep_sure(torch.ones(50), torch.ones(50, dtype=torch.bool), drop_share=0.2).all()

    def test_padding_takes_no_part(self) -> None:
        uncertainty = torch.tensor([0.1, 0.2, 0.3, 0.4, 9.0, 9.0])
        valid = torch.tensor([True] * 4 + [False] * 2)

        keep = keep_sure(uncertainty, valid, drop_share=0.25)

        assert keep.tolist() == [True, True, True, False, False, False]

    def test_of_nothing_valid_it_keeps_nothing(self) -> None:
        assert not keep_sure(torch.rand(4), torch.zeros(4, dtype=torch.bool), drop_share=0.2).any()

    def test_refuses_to_drop_everything(self) -> None:
        with pytest.raises(ValueError, match=r"not 1\.0"):
            keep_sure(torch.rand(4), torch.ones(4, dtype=torch.bool), drop_share=1.0)


class TestPseudoLabelLoss:
    def test_the_left_out_half_does_not_shrink_the_loss(self) -> None:
        logits = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
        guess = torch.zeros(1, 1, 4, dtype=torch.long)
        keep = torch.tensor([[[True, True, False, False]]])

        assert pseudo_label_loss(logits, guess, keep).item() == pytest.approx(0.313262, abs=1e-6)

    def test_nothing_kept_gives_zero(self) -> None:
        logits = torch.randn(1, 2, 1, 4, requires_grad=True)
        keep = torch.zeros(1, 1, 4, dtype=torch.bool)

        loss = pseudo_label_loss(logits, torch.zeros(1, 1, 4, dtype=torch.long), keep)
        loss.backward()

        assert loss.item() == 0
        assert logits.grad is not None
        assert not logits.grad.any()
