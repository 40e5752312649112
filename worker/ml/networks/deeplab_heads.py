"""The published heads: DeepLab v2 (arXiv:1606.00915) and v3+ (arXiv:1802.02611) as STAL has it."""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from worker.ml.config import NetworkConfig
from worker.ml.networks.base import Backbone, DeepLab, SegmentationOutput, conv_norm, resize


class AtrousSum(nn.Module):
    """DeepLab v2's classifier: 3 x 3 convolutions of several dilations, added up."""

    def __init__(self, inputs: int, outputs: int, rates: tuple[int, ...]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 3, padding=rate, dilation=rate) for rate in rates
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([branch(x) for branch in self.branches]).sum(dim=0)


class DeepLabV2(DeepLab):
    """Classifies the deepest map itself; logits and embedding are then resized to stride 4."""

    def __init__(self, backbone: nn.Module, config: NetworkConfig) -> None:
        super().__init__(backbone)
        _, _, middle, deep = cast(Backbone, backbone).channels
        self.dropout = nn.Dropout2d(config.dropout)
        self.classify = AtrousSum(deep, config.classes, _rates(config, 6, 12, 18, 24))
        self.embed = nn.Sequential(
            conv_norm(deep, config.decoder), nn.Conv2d(config.decoder, config.embedding, 1)
        )
        self.auxiliary = _auxiliary(middle, config) if config.auxiliary else None

    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        edge, _, middle, deep = self.taps(images)
        dropped = self.dropout(deep)
        return SegmentationOutput(
            logits=resize(self.classify(dropped), edge),
            feature=deep,
            embedding=resize(self.embed(dropped), edge) if embed else None,
            auxiliary=self.auxiliary(middle) if self.auxiliary is not None else None,
        )


class AtrousPyramid(nn.Module):
    """Global pool, 1 x 1 and dilated 3 x 3 branches side by side, and a 3 x 3 that joins them."""

    def __init__(self, inputs: int, width: int, rates: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        # No batch norm behind the global pool: one image gives one value per channel.
        self.pool = nn.Conv2d(inputs, width, 1)
        self.plain = conv_norm(inputs, width)
        self.dilated = nn.ModuleList(conv_norm(inputs, width, 3, dilation=rate) for rate in rates)
        joined = width * (2 + len(rates))
        self.join = nn.Sequential(conv_norm(joined, width, 3), nn.Dropout2d(dropout))

    def forward(self, x: Tensor) -> Tensor:
        pooled = F.relu(self.pool(x.mean(dim=(2, 3), keepdim=True))).expand(-1, -1, *x.shape[2:])
        branches = [pooled, self.plain(x), *(branch(x) for branch in self.dilated)]
        joined: Tensor = self.join(torch.cat(branches, dim=1))
        return joined


class DeepLabV3Plus(DeepLab):
    """Pyramid of the deepest map beside the stride-4 map; classifier and representation apart.

    The low-level branch is as wide as the pyramid's, not 48 channels, and the representation is a
    branch of its own with the classifier's two blocks (arXiv:2301.13361 and its code's sizes).
    """

    def __init__(self, backbone: nn.Module, config: NetworkConfig) -> None:
        super().__init__(backbone)
        edge, _, middle, deep = cast(Backbone, backbone).channels
        width, rates = config.decoder, _rates(config, 12, 24, 36)
        self.pyramid = AtrousPyramid(deep, width, rates, config.dropout)
        self.edge = conv_norm(edge, width)
        self.decode = nn.Sequential(
            _block(2 * width, width), nn.Dropout2d(config.dropout), _block(width, width)
        )
        self.dropout = nn.Dropout2d(config.dropout)
        self.classify = nn.Conv2d(width, config.classes, 1)
        self.embed = nn.Sequential(
            _block(2 * width, width),
            nn.Dropout2d(config.dropout),
            _block(width, width),
            nn.Dropout2d(config.dropout),
            nn.Conv2d(width, config.embedding, 1),
        )
        self.auxiliary = _auxiliary(middle, config) if config.auxiliary else None

    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        edge, _, middle, deep = self.taps(images)
        x = torch.cat([resize(self.pyramid(deep), edge), self.edge(edge)], dim=1)
        feature = self.decode(x)
        return SegmentationOutput(
            logits=self.classify(self.dropout(feature)),
            feature=feature,
            embedding=self.embed(x) if embed else None,
            auxiliary=self.auxiliary(middle) if self.auxiliary is not None else None,
        )


def _rates(config: NetworkConfig, *at_stride_8: int) -> tuple[int, ...]:
    """The published dilations are for stride 8; a map half as fine has half of them."""
    return at_stride_8 if config.output_stride == 8 else tuple(rate // 2 for rate in at_stride_8)


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def _auxiliary(inputs: int, config: NetworkConfig) -> nn.Sequential:
    return nn.Sequential(
        conv_norm(inputs, config.decoder, 3),
        nn.Dropout2d(config.dropout),
        nn.Conv2d(config.decoder, config.classes, 1),
    )
