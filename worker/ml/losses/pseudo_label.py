"""Self-training on the teacher's guesses, and the filter that leaves out its least sure pixels."""

import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.losses import IGNORE


def entropy(log_probs: Tensor, *, dim: int = 1) -> Tensor:
    """Entropy in nats, from log-probabilities: never negative, and exact at one-hot."""
    # A class of probability 0 has log-probability -inf, and 0 * -inf is not a number.
    terms = log_probs.exp() * log_probs.clamp(min=torch.finfo(log_probs.dtype).min)
    return terms.sum(dim=dim).neg().clamp(min=0)


def keep_sure(uncertainty: Tensor, valid: Tensor, *, drop_share: float) -> Tensor:
    """Mask of the valid pixels whose entropy is among the lowest 1 - drop_share of them all.

    Guan & Yuan 2023 (arXiv:2301.13361v4), equations 5 to 7: the *most* uncertain are dropped.
    One difference: they keep H < percentile, which keeps nothing where all H are equal.
    """
    if not 0 <= drop_share < 1:
        raise ValueError(f"drop_share must be in [0, 1), not {drop_share}")
    among = uncertainty[valid]
    if among.numel() == 0:
        return valid
    # kthvalue, not torch.quantile: the latter refuses more than 16 million elements.
    rank = max(1, round((1 - drop_share) * among.numel()))
    return valid & (uncertainty <= among.kthvalue(rank).values)


def pseudo_label_loss(
    logits: Tensor, guess: Tensor, keep: Tensor, *, among: Tensor | None = None
) -> Tensor:
    """Cross-entropy of the student against the teacher's guess over the kept pixels.

    logits (N, C, h, w); guess (N, h, w) class ids; keep (N, h, w). Divided by the number of kept
    pixels, or of those in `among`: then the loss weighs little while little is kept. 0 where
    nothing is kept.
    """
    target = torch.where(keep, guess, IGNORE)
    total = F.cross_entropy(logits, target, ignore_index=IGNORE, reduction="sum")
    return total / (keep if among is None else among).sum().clamp(min=1)


def weighted_pseudo_label_loss(logits: Tensor, guess: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy against the teacher's guess, its mean weighted pixel by pixel.

    logits (N, C, h, w); guess (N, h, w) class ids; weights (N, h, w), 0 leaves a pixel out. 0 where
    all are left out.
    """
    each = F.cross_entropy(logits, torch.where(weights > 0, guess, 0), reduction="none")
    return (each * weights).sum() / weights.sum().clamp(min=torch.finfo(weights.dtype).tiny)
