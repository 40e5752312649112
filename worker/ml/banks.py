"""Memory between steps: negative keys per class, and which images show which class."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class NegativeBank(nn.Module):
    """One ring of normalised embeddings per class: (C, Q, E), oldest overwritten first."""

    keys: Tensor
    head: Tensor  # (C,) where the next key goes
    length: Tensor  # (C,)

    def __init__(self, classes: int, capacity: int, width: int) -> None:
        super().__init__()
        self.register_buffer("keys", torch.zeros(classes, capacity, width))
        self.register_buffer("head", torch.zeros(classes, dtype=torch.long))
        self.register_buffer("length", torch.zeros(classes, dtype=torch.long))

    @torch.no_grad()
    def push(self, label: int, keys: Tensor) -> None:
        """Add keys (n, E) to the ring of class `label`; of more than it holds, the last stay."""
        capacity = self.keys.shape[1]
        keys = F.normalize(keys[-capacity:], dim=1)
        slots = (self.head[label] + torch.arange(len(keys))) % capacity
        self.keys[label, slots] = keys
        self.head[label] = (self.head[label] + len(keys)) % capacity
        self.length[label] = (self.length[label] + len(keys)).clamp(max=capacity)

    @torch.no_grad()
    def push_some(
        self, embedding: Tensor, mask: Tensor, *, at_most: int, generator: torch.Generator
    ) -> None:
        """Add up to `at_most` random pixels of each class's mask; (P, E) and (P, C).

        The definition gives some 100,000 negatives a step: without this, one step would turn the
        whole ring over, and the bank would remember nothing.
        """
        lot = torch.where(mask.T, torch.rand(mask.shape[::-1], generator=generator), 2.0)  # (C, P)
        drawn = lot.topk(min(at_most, len(mask)), dim=1, largest=False)
        for label, (values, pixels) in enumerate(zip(*drawn, strict=True)):
            chosen = pixels[values < 2.0].sort().values
            if len(chosen):
                self.push(label, embedding[chosen])

    def draw(self, label: int, shape: tuple[int, int], *, generator: torch.Generator) -> Tensor:
        """Uniform with replacement: (*shape, E). The ring must not be empty."""
        chosen = torch.rand(shape, generator=generator) * self.length[label]
        return self.keys[label][chosen.long().clamp(max=int(self.length[label]) - 1)]

    def oldest_first(self, label: int) -> Tensor:
        """The ring's keys in the order in which they came."""
        length, capacity = int(self.length[label]), self.keys.shape[1]
        start = int(self.head[label]) - length
        return self.keys[label, (start + torch.arange(length)) % capacity]


class PresenceBank(nn.Module):
    """Which classes the teacher last saw in each unlabelled image: (images, C)."""

    shown: Tensor

    def __init__(self, images: int, classes: int) -> None:
        super().__init__()
        self.register_buffer("shown", torch.zeros(images, classes, dtype=torch.bool))

    @torch.no_grad()
    def update(self, images: list[int], guess: Tensor, *, share: float) -> None:
        """guess (N, h, w): a class counts from `share` of the crop's pixels on."""
        classes = self.shown.shape[1]
        for image, labels in zip(images, guess, strict=True):
            counts = torch.bincount(labels.flatten(), minlength=classes)
            self.shown[image] = counts >= share * labels.numel()
