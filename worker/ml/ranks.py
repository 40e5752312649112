"""Several processes that train one model together: each runs its share of every batch.

All of them see the outputs of the whole batch, and each forms the whole loss. So percentiles,
class means, banks and class confidence are those of the whole batch on every process, without
a formula of their own, and what one of them remembers, all do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.modules.batchnorm import _BatchNorm

from worker.ml.config import StageConfig
from worker.ml.loader import Batch
from worker.ml.sampling import generator

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Ranks:
    """This process among those that train together; row i of a batch belongs to i modulo size."""

    rank: int = 0
    size: int = 1
    device: torch.device = CPU

    @classmethod
    def current(cls, device: torch.device = CPU) -> Self:
        """Of the process group that was started before, else a process alone."""
        if not dist.is_available() or not dist.is_initialized():
            return cls(device=device)
        return cls(dist.get_rank(), dist.get_world_size(), device)

    def check(self, config: StageConfig) -> None:
        """Refuse batches that cannot be shared evenly: their rows would weigh differently."""
        for name in ("batch_labelled", "batch_unlabelled"):
            value = getattr(config, name)
            if value % self.size:
                raise ValueError(f"{name} is {value}: not a multiple of {self.size} processes")

    def own(self, rows: Tensor) -> Tensor:
        return rows if self.size == 1 else rows[self.rank :: self.size]

    def whole(self, rows: Tensor) -> Tensor:
        """Everybody's rows in the batch's order; the gradient goes back to this process's own."""
        if self.size == 1:
            return rows
        gathered: Tensor = _Gather.apply(rows, self.rank, self.size)
        return gathered

    def whole_batch(self, own: Batch) -> Batch:
        """Everybody's crops, from what each process's loader made."""
        if self.size == 1:
            return own
        return Batch(
            plan=own.plan,
            labelled=self._whole_array(own.labelled),
            labels=self._whole_array(own.labels),
            weak=self._whole_array(own.weak),
            strong=self._whole_array(own.strong),
            valid=self._whole_array(own.valid),
        )

    def _whole_array(self, own: np.ndarray) -> np.ndarray:
        if not len(own):
            return own
        # Bytes: not every backend sends booleans. Through the device: some send only from there.
        sent = torch.from_numpy(own.view(np.uint8)).to(self.device)
        return self.whole(sent).cpu().numpy().view(own.dtype)

    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """The gradient of the whole batch: the sum of what each process's rows give."""
        if self.size > 1:
            self._reduce([each.grad for each in parameters if each.grad is not None])

    def average_statistics(self, network: nn.Module) -> None:
        """The running means and variances of batch normalisation, over all processes."""
        if self.size == 1:
            return
        found: list[Tensor] = []
        for module in network.modules():
            if isinstance(module, _BatchNorm) and module.running_mean is not None:
                assert module.running_var is not None
                found += [module.running_mean, module.running_var]
        self._reduce(found, share=1 / self.size)

    def _reduce(self, tensors: list[Tensor], share: float = 1.0) -> None:
        flat = torch.cat([each.flatten() for each in tensors])
        dist.all_reduce(flat)
        pieces = (flat * share).split([each.numel() for each in tensors])
        for each, piece in zip(tensors, pieces, strict=True):
            each.copy_(piece.view_as(each))

    def any(self, yes: bool) -> bool:
        """Whether any process says yes: what one does next, all must do."""
        if self.size == 1:
            return yes
        votes = torch.tensor(float(yes), device=self.device)
        dist.all_reduce(votes)
        return bool(votes > 0)

    def seed_dropout(self, seed: int, step: int) -> None:
        """Draws of its own for every process but the first, whose state is in the checkpoint."""
        if self.rank:
            torch.manual_seed(int(generator(seed, 9, step, self.rank).integers(2**62)))


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, rank: int, size: int) -> Tensor:
        ctx.rank, ctx.size = rank, size
        rows = rows.contiguous()
        parts = [torch.empty_like(rows) for _ in range(size)]
        dist.all_gather(parts, rows)
        return torch.stack(parts, dim=1).flatten(0, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, None]:
        # Every process forms the same loss, so its own rows' share is the whole of it.
        return upstream[ctx.rank :: ctx.size], None, None
