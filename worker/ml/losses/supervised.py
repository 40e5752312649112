"""Losses against labels that people or renderers made."""

from torch import Tensor
from torch.nn import functional as F

from worker.ml.losses import IGNORE


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy in nats over the labelled pixels; 0 where there are none.

    logits (N, C, H, W); labels (N, H, W), 255 is ignored.
    """
    total = F.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="sum")
    return total / (labels != IGNORE).sum().clamp(min=1)


def ohem_cross_entropy(logits: Tensor, labels: Tensor, *, threshold: float, kept: int) -> Tensor:
    """Cross-entropy over the hard pixels of the batch (online hard example mining).

    With p the probability of a pixel's own class: tau = max(threshold, the `kept`-th smallest p),
    and the mean is over the pixels with p <= tau. Fewer labelled pixels than `kept`: over all.
    """
    each = F.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="none").flatten()
    each = each[(labels != IGNORE).flatten()]
    if each.numel() == 0:
        return logits.sum() * 0
    if each.numel() < kept:
        return each.mean()
    own = (-each.detach()).exp()
    tau = own.kthvalue(kept).values.clamp(min=threshold)
    return each[own <= tau].mean()
