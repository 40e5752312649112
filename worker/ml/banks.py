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

    @property
    def rows(self) -> Tensor:
        """All classes' keys as one list (C Q, E), which `draw` numbers."""
        return self.keys.flatten(0, 1)

    def push(self, label: int, keys: Tensor) -> None:
        """Add keys (n, E) to the ring of class `label`; of more than it holds, the last stay."""
        labels, counts = torch.tensor([label]), torch.tensor([len(keys)])
        if len(keys):
            self._append(labels, keys, torch.arange(len(keys))[None], counts)

    @torch.no_grad()
    def push_some(
        self, embedding: Tensor, mask: Tensor, *, at_most: int, generator: torch.Generator
    ) -> None:
        """Add up to `at_most` pixels of each class's mask; (P, E) and (C, P).

        Evenly spread from a random first one on, so that each pixel has the same chance. The
        definition gives some 100,000 negatives a step: without this, one step would turn the
        whole ring over, and the bank would remember nothing.
        """
        total = mask.cumsum(dim=1, dtype=torch.int32)
        counts = total[:, -1].long()
        pace = (counts.double() / at_most).clamp(min=1)
        first = torch.rand(len(mask), 1, generator=generator).to(mask.device).double()
        place = torch.arange(at_most, device=mask.device)
        rank = ((place + first) * pace[:, None]).to(torch.int32)
        pixels = torch.searchsorted(total, rank + 1)
        labels = torch.arange(len(self.keys), device=mask.device)
        self._append(labels, embedding, pixels, counts.clamp(max=at_most))

    @torch.no_grad()
    def _append(self, labels: Tensor, embedding: Tensor, pixels: Tensor, counts: Tensor) -> None:
        """Add the first `counts` (L,) of each row of pixel numbers (L, W) to its label's ring."""
        capacity = self.keys.shape[1]
        kept = counts.clamp(max=capacity)
        place = torch.arange(min(pixels.shape[1], capacity), device=pixels.device)
        last = (counts - kept)[:, None] + place  # of more than the ring holds, the last
        taken = pixels.gather(1, last).clamp(max=len(embedding) - 1)
        slots = (self.head[labels, None] + place) % capacity
        old = self.keys[labels[:, None], slots]
        new = F.normalize(embedding[taken], dim=2)
        self.keys[labels[:, None], slots] = torch.where(
            (place < kept[:, None])[..., None], new, old
        )
        self.head[labels] = (self.head[labels] + kept) % capacity
        self.length[labels] = (self.length[labels] + kept).clamp(max=capacity)

    def draw(self, shape: tuple[int, int], *, generator: torch.Generator) -> Tensor:
        """Numbers of `rows`, per class uniform with replacement over its ring: (C, *shape).

        An empty ring gives numbers of its empty places.
        """
        classes, capacity = self.keys.shape[:2]
        length = self.length[:, None, None]
        chosen = (
            torch.rand((classes, *shape), generator=generator).to(length.device) * length
        ).long()
        starts = torch.arange(classes, device=length.device)[:, None, None] * capacity
        return starts + chosen.minimum((length - 1).clamp(min=0))


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
