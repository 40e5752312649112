"""A light head in the manner of DeepLab v3+: context from the deepest map, edges from stride 4."""

from dataclasses import dataclass
from typing import Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from worker.ml.config import NetworkConfig


@dataclass(frozen=True)
class SegmentationOutput:
    """All maps are at stride 4: (N, *, ceil(H/4), ceil(W/4)); the auxiliary one at stride 16."""

    logits: Tensor  # (N, C, h, w)
    feature: Tensor  # (N, D, h, w), what the classifier reads
    embedding: Tensor | None  # (N, E, h, w), not normalised; None where it was not asked for
    auxiliary: Tensor | None


class Backbone(Protocol):
    """What a backbone tells: channels at its four taps, and the statistics of its images."""

    channels: tuple[int, int, int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


def _mix(inputs: int, outputs: int, kernel: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class DeepLab(nn.Module):
    """Any backbone with four taps, one decoder, one classifier and one embedding."""

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: nn.Module, config: NetworkConfig) -> None:
        super().__init__()
        told = cast(Backbone, backbone)
        edge, _, middle, deep = told.channels
        width = config.decoder
        self.backbone = backbone
        self.deep = _mix(deep, width)
        # No batch norm behind the global pool: one image gives one value per channel.
        self.pool = nn.Conv2d(deep, width, 1)
        self.middle = _mix(middle, width)
        self.context = nn.Sequential(_mix(width, width, 3, groups=width), _mix(width, width))
        self.edge = _mix(edge, 32)
        self.decode = nn.Sequential(
            _mix(width + 32, width + 32, 3, groups=width + 32), _mix(width + 32, width)
        )
        self.dropout = nn.Dropout2d(config.dropout)
        self.classify = nn.Conv2d(width, config.classes, 1)
        self.embed = nn.Conv2d(width, config.embedding, 1)
        self.auxiliary = nn.Conv2d(middle, config.classes, 1) if config.auxiliary else None
        self.register_buffer("mean", torch.tensor(told.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(told.std).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        """images: (N, 3, H, W), uint8 or float, 0 to 255."""
        edge, _, middle, deep = self.backbone((images / 255 - self.mean) / self.std)
        pooled = F.relu(self.pool(deep.mean(dim=(2, 3), keepdim=True)))
        x = _resize(self.deep(deep) + pooled, middle) + self.middle(middle)
        x = torch.cat([_resize(self.context(x), edge), self.edge(edge)], dim=1)
        feature = self.decode(x)
        dropped = self.dropout(feature)
        return SegmentationOutput(
            logits=self.classify(dropped),
            feature=feature,
            embedding=self.embed(dropped) if embed else None,
            auxiliary=self.auxiliary(middle) if self.auxiliary is not None else None,
        )

    def head_parameters(self) -> list[nn.Parameter]:
        own = {id(parameter) for parameter in self.backbone.parameters()}
        return [parameter for parameter in self.parameters() if id(parameter) not in own]


def _resize(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)
