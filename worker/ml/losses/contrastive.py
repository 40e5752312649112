"""Pixel contrast: a class's sure pixels towards its centre, away from what is confused with it."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable
from torch.nn import functional as F

from worker.ml.losses import IGNORE

ANCHORS_AT_ONCE = 128  # their gathered keys, at 50 x 256 floats each, fit a processor's cache


@dataclass(frozen=True)
class Pixels:
    """The P pixels of a batch, flattened; labelled and unlabelled ones alike."""

    labels: Tensor  # (P,) ground truth or pseudo-label, 255 is ignored
    reliable: Tensor  # (P,) labelled, or among the teacher's sure pixels
    unreliable: Tensor  # (P,) unlabelled pixels that the teacher is unsure of
    labelled: Tensor  # (P,)
    probs: Tensor  # (P, C) the teacher's


def negative_mask(pixels: Pixels, *, low_rank: int) -> Tensor:
    """(P, C): the pixels that are negatives of each class, because they are confusable with it.

    With r the rank of class c in the teacher's probabilities (0 is the likeliest): a labelled
    pixel of another class where r < low_rank, and an unsure unlabelled pixel where r >= low_rank.
    `low_rank` is held below the class count.
    """
    classes = pixels.probs.shape[1]
    likely = _likeliest(pixels.probs, min(low_rank, classes - 1))
    other = pixels.labels[:, None] != torch.arange(classes, device=likely.device)
    known = pixels.labelled & (pixels.labels != IGNORE)
    of_labelled = known[:, None] & other & likely
    of_unlabelled = pixels.unreliable[:, None] & ~likely & (pixels.probs < 1)
    return of_labelled | of_unlabelled


def _likeliest(probs: Tensor, count: int) -> Tensor:
    """(P, C): the `count` likeliest classes of each pixel, of equal ones those with lower ids."""
    left, likely = probs.clone(), torch.zeros_like(probs, dtype=torch.bool)
    for _ in range(count):  # a few passes for the maximum cost a tenth of sorting every pixel
        best = left.argmax(dim=1, keepdim=True)
        left.scatter_(1, best, -1.0)
        likely.scatter_(1, best, True)
    return likely


def class_centres(embedding: Tensor, pixels: Pixels) -> tuple[Tensor, Tensor]:
    """Mean embedding of each class's reliable pixels, (C, E), and how many those were, (C,)."""
    classes = pixels.probs.shape[1]
    usable = pixels.reliable & (pixels.labels != IGNORE)
    ids = torch.arange(classes, device=embedding.device)
    member = (pixels.labels == ids[:, None]) & usable  # (C, P)
    counts = member.sum(dim=1)
    sums = member.to(embedding.dtype) @ embedding
    return sums / counts.clamp(min=1)[:, None], counts


def draw_anchors(
    pixels: Pixels, *, each: int, confidence: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`each` pixel numbers per class, drawn with replacement, (C, M), and the candidates, (C,).

    Candidates are reliable pixels to which the teacher gives their class more than `confidence`.
    """
    classes = pixels.probs.shape[1]
    own = pixels.labels.clamp(max=classes - 1)
    sure = pixels.probs.gather(1, own[:, None]).squeeze(1) > confidence
    usable = pixels.reliable & (pixels.labels != IGNORE) & sure
    key = torch.where(usable, pixels.labels, classes)
    counts = torch.bincount(key, minlength=classes + 1)[:classes]
    order = key.argsort(stable=True)
    starts = counts.cumsum(0) - counts
    share = torch.rand(classes, each, generator=generator)
    offset = (share * counts[:, None]).long().clamp(max=(counts - 1).clamp(min=0)[:, None])
    return order[(starts[:, None] + offset).clamp(max=len(order) - 1)], counts


class _InfoNce(torch.autograd.Function):
    """Weighted sum of the anchors' losses; its gradient is formed while the keys are at hand.

    Left to autograd, the gathered keys (A, N, E) would all have to stay until the backward pass.
    """

    @staticmethod
    def forward(
        ctx: FunctionCtx,
        anchors: Tensor,  # (A, E) normalised, with gradient
        positives: Tensor,  # (A, E) normalised
        weights: Tensor,  # (A,)
        keys: Tensor,  # (K, E) normalised
        picks: Tensor,  # (A, N) rows of the keys
        temperature: float,
    ) -> Tensor:
        gradient = torch.empty_like(anchors)
        losses = torch.empty_like(weights)
        for first in range(0, len(anchors), ANCHORS_AT_ONCE):
            own = slice(first, first + ANCHORS_AT_ONCE)
            a, p = anchors[own], positives[own]
            negatives = keys.index_select(0, picks[own].flatten()).view(len(a), -1, a.shape[1])
            away = torch.bmm(negatives, a[:, :, None]).squeeze(2)
            logits = torch.cat([(a * p).sum(dim=1, keepdim=True), away], dim=1) / temperature
            losses[own] = logits.logsumexp(dim=1) - logits[:, 0]
            share = logits.softmax(dim=1)
            pull = torch.bmm(share[:, None, 1:], negatives).squeeze(1)
            gradient[own] = (pull - (1 - share[:, :1]) * p) * (weights[own, None] / temperature)
        ctx.save_for_backward(gradient)
        return torch.dot(losses, weights)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream, None, None, None, None, None


def contrastive_loss(
    embedding: Tensor,  # (P, E) the student's, with gradient
    centres: Tensor,  # (C, E) the teacher's
    anchors: Tensor,  # (C, M) pixel numbers
    usable: Tensor,  # (C,) whether the class has anchors, a centre and negatives
    keys: Tensor,  # (K, E) normalised; every class's negatives
    picks: Tensor,  # (C, M, N) rows of the keys; anything where the class is not usable
    *,
    temperature: float,
) -> Tensor:
    """log(1 + sum_j exp((<a, n_j> - <a, p>) / w)) by cosine, over anchors, then usable classes.

    A class keeps its own id throughout. Only the anchors' rows of usable classes carry a
    gradient; no usable class gives a loss of 0 that still has one. Scale does not matter.
    """
    each = anchors.shape[1]
    # index_select adds up its gradient row after row; plain indexing does so in any order.
    rows = F.normalize(embedding.index_select(0, anchors.flatten()), dim=1)
    share = usable.to(rows.dtype) / (usable.sum().clamp(min=1) * each)
    positives = F.normalize(centres, dim=1).repeat_interleave(each, dim=0)
    loss: Tensor = _InfoNce.apply(
        rows, positives, share.repeat_interleave(each), keys, picks.flatten(0, 1), temperature
    )
    return loss
