"""How a network is run over a batch: at once, in micro-batches, or shared with other processes.

Whoever asks gets the maps of the whole batch in float32 and may send a gradient back through
them. A loss therefore never knows how the batch was run, and its gradient is that of the whole.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint

from worker.ml.networks import DeepLab
from worker.ml.ranks import Ranks

ALONE = Ranks()
Parts = tuple[Tensor | None, ...]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Maps:
    """What losses read of a network's output; shapes as there."""

    logits: Tensor
    embedding: Tensor | None
    auxiliary: Tensor | None


@dataclass(frozen=True)
class Pass:
    """Runs one network over batches."""

    network: DeepLab
    ranks: Ranks = ALONE
    micro_batches: int = 1
    precision: Precision = "float32"

    def __call__(self, images: Tensor, *, embed: bool = True) -> Maps:
        own = self.ranks.own(images)
        size = -(-len(own) // self.micro_batches)
        parts = [self._run(part, embed) for part in own.split(size)]
        logits, embedding, auxiliary = (self._joined(each) for each in zip(*parts, strict=True))
        assert logits is not None
        return Maps(logits, embedding, auxiliary)

    def _joined(self, parts: Parts) -> Tensor | None:
        found = [part for part in parts if part is not None]
        if not found:
            return None
        return self.ranks.whole(found[0] if len(found) == 1 else torch.cat(found))

    def _run(self, images: Tensor, embed: bool) -> Parts:
        if self.micro_batches == 1 or not torch.is_grad_enabled():
            return self._forward(images, embed)
        # Only the maps stay until the loss is known; then each part is run again for its gradient.
        parts: Parts = checkpoint(
            self._forward, images, embed, use_reentrant=False, context_fn=self._second_run
        )
        return parts

    def _forward(self, images: Tensor, embed: bool) -> Parts:
        with self._autocast(images.device):
            out = self.network(images, embed=embed)
        maps = (out.logits, out.embedding, out.auxiliary)
        return tuple(each.float() if each is not None else None for each in maps)

    def _autocast(self, device: torch.device) -> AbstractContextManager[object]:
        half = self.precision == "bfloat16" or (self.precision == "auto" and _has_half(device))
        return torch.autocast(device.type, torch.bfloat16) if half else nullcontext()

    def _second_run(
        self,
    ) -> tuple[AbstractContextManager[object], AbstractContextManager[object]]:
        return nullcontext(), no_statistics(self.network)


@contextmanager
def no_statistics(network: nn.Module) -> Iterator[None]:
    """Batch normalisation counts no batch twice: a batch that is run again moves no average."""
    layers = [each for each in network.modules() if isinstance(each, _BatchNorm)]
    before = [(each.momentum, each.num_batches_tracked) for each in layers]
    try:
        for each in layers:
            each.momentum = 0.0
            each.num_batches_tracked = torch.tensor(0, device=each.weight.device)
        yield
    finally:
        for each, (momentum, count) in zip(layers, before, strict=True):
            each.momentum, each.num_batches_tracked = momentum, count


def logits_of(network: DeepLab, images: Tensor) -> Tensor:
    """In float32, by what is fastest on the images' device: a GPU computes in bfloat16."""
    return Pass(network, precision="auto")(images, embed=False).logits


def _has_half(device: torch.device) -> bool:
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


class NoDevice(ValueError):
    """The device that was asked for is not there."""


def pick_device(name: str, *, rank: int = 0) -> torch.device:
    """`auto` is a GPU where there is one; several processes take one each, unless it is named.

    Raises:
        NoDevice: If a GPU is asked for that is not there.
    """
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    number = name.partition(":")[2]
    place = int(number) if number else rank % max(1, found)
    if place >= found:
        raise NoDevice(f"device is {name}, and torch finds {found} CUDA devices here")
    return torch.device("cuda", place)
