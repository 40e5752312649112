"""Cross-entropy and hard example mining, against values worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from worker.ml.losses.supervised import cross_entropy, ohem_cross_entropy


def own_logits(*values: float) -> tuple[Tensor, Tensor]:
    """Two classes, the true one is 0, with p = sigmoid(value)."""
    logits = torch.zeros(1, 2, 1, len(values))
    logits[0, 0, 0] = torch.tensor(values)
    return logits, torch.zeros(1, 1, len(values), dtype=torch.long)


def test_uniform_logits_give_the_logarithm_of_the_class_count() -> None:
    labels = torch.randint(0, 19, (1, 4, 4), generator=torch.Generator().manual_seed(0))

    assert cross_entropy(torch.zeros(1, 19, 4, 4), labels).item() == pytest.approx(math.log(19))


def test_all_void_gives_zero_and_finite_gradients() -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    void = torch.full((1, 4, 4), 255)

    for loss in (
        cross_entropy(logits, void),
        ohem_cross_entropy(logits, void, threshold=0.7, kept=3),
    ):
        loss.backward()
        assert loss.item() == 0
        assert logits.grad is not None
        assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_void_pixels_do_not_dilute_the_mean() -> None:
    logits, labels = own_logits(0.0, 0.0, 0.0)
    labels[0, 0, 1:] = 255

    assert cross_entropy(logits, labels).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize(("kept", "loss"), [(2, 1.003204), (3, 0.773223), (5, 0.592064)])
def test_hard_examples_by_hand(kept: int, loss: float) -> None:
    logits, labels = own_logits(3, 1, 0, -1)

    value = ohem_cross_entropy(logits, labels, threshold=0.7, kept=kept)

    assert value.item() == pytest.approx(loss, abs=1e-5)
