"""The two forms that the benchmark of the contrastive loss compares are the same loss."""

import torch

from benchmarks.losses import compare, make_inputs, ours, peak_above


def test_both_forms_agree_on_loss_and_gradient() -> None:
    inputs = make_inputs(classes=5, crops=3, side=24, width=16, capacity=400, seed=1)

    figures = compare(inputs, pairs=2, seed=3)

    assert figures["losses.contrastive.loss_difference_millionths"].value < 1
    assert figures["losses.contrastive.gradient_difference_millionths"].value < 10
    assert ours(inputs, 3).item() > 1


def test_memory_that_is_kept_and_memory_that_is_not() -> None:
    megabyte = 10**6 // 4

    def use() -> torch.Tensor:
        torch.ones(60 * megabyte)
        return torch.ones(20 * megabyte)

    assert 30 < peak_above(use) < 50
