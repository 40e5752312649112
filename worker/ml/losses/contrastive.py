"""Pixel contrast: a class's sure pixels towards its centre, away from what is confused with it."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.losses import IGNORE


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
    low = min(low_rank, classes - 1)
    order = pixels.probs.argsort(dim=1, descending=True, stable=True)
    ranks = order.argsort(dim=1)
    other = pixels.labels[:, None] != torch.arange(classes, device=ranks.device)
    known = pixels.labelled & (pixels.labels != IGNORE)
    of_labelled = known[:, None] & other & (ranks < low)
    of_unlabelled = pixels.unreliable[:, None] & (ranks >= low) & (pixels.probs < 1)
    return of_labelled | of_unlabelled


def class_centres(embedding: Tensor, pixels: Pixels) -> tuple[Tensor, Tensor]:
    """Mean embedding of each class's reliable pixels, (C, E), and how many those were, (C,)."""
    classes = pixels.probs.shape[1]
    usable = pixels.reliable & (pixels.labels != IGNORE)
    member = F.one_hot(torch.where(usable, pixels.labels, classes), classes + 1)[:, :classes]
    counts = member.sum(dim=0)
    sums = member.T.to(embedding.dtype) @ embedding
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


def info_nce(
    anchors: Tensor, positives: Tensor, negatives: Tensor, *, temperature: float
) -> Tensor:
    """log(1 + sum_j exp((<a, n_j> - <a, p>) / w)) by cosine, averaged over the anchors.

    anchors (M, E); positives (E,); negatives (M, N, E). Scale of any vector does not matter.
    """
    anchors = F.normalize(anchors, dim=-1)
    towards = anchors @ F.normalize(positives, dim=-1)  # (M,)
    away = torch.einsum("me,mne->mn", anchors, F.normalize(negatives, dim=-1))
    logits = torch.cat([towards[:, None], away], dim=1) / temperature
    return (logits.logsumexp(dim=1) - logits[:, 0]).mean()


def contrastive_loss(
    embedding: Tensor,  # (P, E) the student's, with gradient
    centres: Tensor,  # (C, E) the teacher's
    anchors: Tensor,  # (C, M) pixel numbers
    usable: Tensor,  # (C,) whether the class has anchors, a centre and negatives
    negatives: list[Tensor],  # per class (M, N, E); anything where the class is not usable
    *,
    temperature: float,
) -> Tensor:
    """Mean over the usable classes of `info_nce`; a class keeps its own id throughout.

    Only the anchors' rows carry a gradient. No usable class gives a loss of 0 that still has one.
    """
    terms = [
        info_nce(embedding[anchors[c]], centres[c], negatives[c], temperature=temperature)
        for c in usable.nonzero().flatten().tolist()
    ]
    return torch.stack(terms).mean() if terms else embedding.sum() * 0
