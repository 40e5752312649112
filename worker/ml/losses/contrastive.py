"""Pixel contrast: a class's sure pixels towards its centre, away from what is confused with it."""

from dataclasses import dataclass
from typing import Any, Self

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
    """(C, P): the pixels that are negatives of each class, because they are confusable with it.

    With r the rank of class c in the teacher's probabilities (0 is the likeliest): a labelled
    pixel of another class where r < low_rank, and an unsure unlabelled pixel where r >= low_rank.
    `low_rank` is held below the class count.
    """
    by_class = pixels.probs.T.contiguous()
    classes = len(by_class)
    likely = _likeliest(by_class, min(low_rank, classes - 1))
    other = pixels.labels != torch.arange(classes, device=likely.device)[:, None]
    known = pixels.labelled & (pixels.labels != IGNORE)
    return torch.where(likely, other & known, pixels.unreliable & (by_class < 1))


def _likeliest(by_class: Tensor, count: int) -> Tensor:
    """(C, P): the `count` likeliest classes of each pixel, of equal ones those with lower ids.

    Whole rows are compared: that costs half of what searching or sorting pixel by pixel does.
    """
    top = [torch.full_like(by_class[0], -1.0) for _ in range(count)]
    for row in by_class:
        for place in range(count):
            top[place], row = torch.maximum(top[place], row), torch.minimum(top[place], row)
    likely = by_class > top[-1]
    left = count - likely.sum(dim=0, dtype=torch.int16)
    for row, own in zip(by_class, likely, strict=True):
        tied = (row == top[-1]) & (left > 0)
        left -= tied.to(left.dtype)
        own |= tied
    return likely


@dataclass(frozen=True)
class ByClass:
    """Pixel numbers, class after class."""

    pixels: Tensor  # (P,), those of no class last
    counts: Tensor  # (C,)

    @classmethod
    def of(cls, labels: Tensor, usable: Tensor, classes: int) -> Self:
        key = torch.where(usable & (labels != IGNORE), labels, classes)
        counts = torch.bincount(key, minlength=classes + 1)[:classes]
        return cls(key.argsort(stable=True), counts)

    @property
    def starts(self) -> Tensor:
        return self.counts.cumsum(0) - self.counts


def class_centres(embedding: Tensor, pixels: Pixels) -> tuple[Tensor, Tensor]:
    """Mean embedding of each class's reliable pixels, (C, E), and how many those were, (C,)."""
    members = ByClass.of(pixels.labels, pixels.reliable, pixels.probs.shape[1])
    # One more bag takes the pixels of no class.
    starts = F.pad(members.starts, (0, 1), value=int(members.counts.sum()))
    sums = F.embedding_bag(members.pixels, embedding, starts, mode="sum")[:-1]
    return sums / members.counts.clamp(min=1)[:, None], members.counts


def draw_anchors(
    pixels: Pixels, *, each: int, confidence: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`each` pixel numbers per class, drawn with replacement, (C, M), and the candidates, (C,).

    Candidates are reliable pixels to which the teacher gives their class more than `confidence`.
    """
    classes = pixels.probs.shape[1]
    own = pixels.labels.clamp(max=classes - 1)
    sure = pixels.probs.gather(1, own[:, None]).squeeze(1) > confidence
    candidates = ByClass.of(pixels.labels, pixels.reliable & sure, classes)
    counts = candidates.counts
    share = torch.rand(classes, each, generator=generator).to(counts.device)
    offset = (share * counts[:, None]).long().clamp(max=(counts - 1).clamp(min=0)[:, None])
    places = (candidates.starts[:, None] + offset).clamp(max=len(own) - 1)
    return candidates.pixels[places], counts


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
