"""How sure the student is of each class on labelled pixels, and the class choices that follow."""

import numpy as np
import torch
from torch import Tensor, nn

from worker.ml.losses import IGNORE


def batch_confidence(probs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Mean probability that each class's pixels get for their own class, pooled over the batch.

    probs (N, C, h, w); labels (N, h, w). Returns (C,) means and (C,) pixel counts; a class that
    is absent has count 0 and a mean without meaning.
    """
    classes = probs.shape[1]
    key = torch.where(labels == IGNORE, classes, labels)
    own = probs.gather(1, key.clamp(max=classes - 1)[:, None]).flatten()
    counts = torch.bincount(key.flatten(), minlength=classes + 1)[:classes]
    sums = torch.bincount(key.flatten(), weights=own, minlength=classes + 1)[:classes]
    return (sums / counts.clamp(min=1)).to(probs.dtype), counts


class ClassConfidence(nn.Module):
    """Running mean per class; a class's first observation replaces the 0.5 it starts from."""

    value: Tensor
    seen: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("value", torch.full((classes,), 0.5))
        self.register_buffer("seen", torch.zeros(classes, dtype=torch.bool))

    @torch.no_grad()
    def update(self, means: Tensor, counts: Tensor, *, momentum: float) -> None:
        """Classes that the batch lacks stay as they are: absence says nothing about confidence."""
        present = counts > 0
        moved = torch.where(self.seen, torch.lerp(means, self.value, momentum), means)
        self.value.copy_(torch.where(present, moved, self.value))
        self.seen.logical_or_(present)


def class_chances(confidence: np.ndarray, *, temperature: float) -> np.ndarray:
    """softmax((1 - confidence) / temperature): the less sure, the likelier to be drawn."""
    logits = (1 - confidence.astype(np.float64)) / temperature
    chances = np.exp(logits - logits.max())
    return np.asarray(chances / chances.sum())


def keep_rates(confidence: Tensor) -> Tensor:
    """Chance per class that a pixel of it is learnt from: 1 for the least sure class of all.

    (1 - confidence) over its largest value (Hu and others 2021, arXiv:2110.05474); 1 for all where
    all are certain.
    """
    doubt = 1 - confidence
    most = doubt.max()
    return doubt / most if most > 0 else torch.ones_like(doubt)
