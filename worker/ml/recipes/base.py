"""What the trainer and a recipe tell each other in one step."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from worker.ml.loader import Batch
from worker.ml.networks import DeepLab
from worker.ml.sampling import Plan, generator


@dataclass(frozen=True)
class StepContext:
    """One step: its batch, both networks, and generators that depend on seed and step alone."""

    batch: Batch
    student: DeepLab
    teacher: DeepLab
    step: int
    steps: int
    seed: int

    @property
    def progress(self) -> float:
        """In [0, 1): the share of the stage that is done."""
        return self.step / self.steps

    def numpy_rng(self) -> np.random.Generator:
        return generator(self.seed, 7, self.step)

    def torch_rng(self) -> torch.Generator:
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


def labels_tensor(labels: np.ndarray) -> Tensor:
    return torch.from_numpy(labels).long()
