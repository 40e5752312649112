"""What every network is: a backbone with four taps, a head, and one form of output."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class SegmentationOutput:
    """Logits and embedding are at stride 4: (N, *, ceil(H/4), ceil(W/4))."""

    logits: Tensor  # (N, C, h, w)
    feature: Tensor  # (N, D, *, *), what the classifier reads, at the stride at which it does
    embedding: Tensor | None  # (N, E, h, w), not normalised; None where it was not asked for
    auxiliary: Tensor | None  # (N, C, *, *), at the stride of the backbone's third tap


class Backbone(Protocol):
    """What a backbone tells: channels at its four taps, and the statistics of its images."""

    channels: tuple[int, int, int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class DeepLab(nn.Module):
    """A head of the DeepLab family on any backbone.

    `classify` turns what comes out of `dropout` into logits, at the stride of the feature.
    """

    mean: Tensor
    std: Tensor
    backbone: nn.Module
    dropout: nn.Dropout2d
    classify: nn.Module
    embed: nn.Module

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        told = cast(Backbone, backbone)
        self.backbone = backbone
        self.register_buffer("mean", torch.tensor(told.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(told.std).view(1, 3, 1, 1), persistent=False)

    @abstractmethod
    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        """images: (N, 3, H, W), uint8 or float, 0 to 255."""

    def taps(self, images: Tensor) -> list[Tensor]:
        """The backbone's four maps, the finest first."""
        maps: list[Tensor] = self.backbone((images / 255 - self.mean) / self.std)
        return maps

    def head_parameters(self) -> list[nn.Parameter]:
        own = {id(parameter) for parameter in self.backbone.parameters()}
        return [parameter for parameter in self.parameters() if id(parameter) not in own]


def conv_norm(
    inputs: int, outputs: int, kernel: int = 1, *, groups: int = 1, dilation: int = 1
) -> nn.Sequential:
    """Convolution that keeps the size, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(
            inputs,
            outputs,
            kernel,
            padding=dilation * (kernel // 2),
            dilation=dilation,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def resize(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)
