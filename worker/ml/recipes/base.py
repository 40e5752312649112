"""What the trainer and a recipe tell each other in one step."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from worker.ml.loader import Batch
from worker.ml.passes import Maps
from worker.ml.ranks import CPU
from worker.ml.sampling import Plan, generator


class Network(Protocol):
    """A network as a recipe sees it: the maps of the whole batch, however it is run."""

    def __call__(self, images: Tensor, *, embed: bool = True) -> Maps: ...


@dataclass(frozen=True)
class StepContext:
    """One step: its batch, both networks, and generators that depend on seed and step alone."""

    batch: Batch
    student: Network
    teacher: Network
    step: int
    steps: int
    seed: int
    device: torch.device = CPU

    @property
    def progress(self) -> float:
        """In [0, 1): the share of the stage that is done."""
        return self.step / self.steps

    def images(self, images: np.ndarray) -> Tensor:
        return on_device(images_tensor(images), self.device)

    def labels(self, labels: np.ndarray) -> Tensor:
        return on_device(torch.from_numpy(labels), self.device).long()

    def numpy_rng(self) -> np.random.Generator:
        return generator(self.seed, 7, self.step)

    def torch_rng(self) -> torch.Generator:
        """On the CPU, whatever the device: the draws are then the same everywhere."""
        number = int(generator(self.seed, 8, self.step).integers(2**62))
        return torch.Generator().manual_seed(number)


class Recipe(nn.Module):
    """A training method. Its buffers are all that it remembers; they go into checkpoints."""

    @abstractmethod
    def plan(self, step: int) -> Plan:
        """Draw a step's images, from what is remembered now."""

    @abstractmethod
    def losses(self, context: StepContext) -> dict[str, Tensor]:
        """The weighted terms of the loss; their sum is minimised. May update what it remembers."""


def images_tensor(images: np.ndarray) -> Tensor:
    """(N, H, W, 3) uint8 as (N, 3, H, W), channels last in memory without a copy."""
    return torch.from_numpy(images).permute(0, 3, 1, 2)


def on_device(tensor: Tensor, device: torch.device) -> Tensor:
    """Copied from pinned memory, so that the processor need not wait for the GPU."""
    if device.type == "cpu":
        return tensor
    return tensor.pin_memory().to(device, non_blocking=True)
