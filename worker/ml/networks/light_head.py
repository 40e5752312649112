"""A light head in the manner of DeepLab v3+: context from the deepest map, edges from stride 4."""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from worker.ml.config import NetworkConfig
from worker.ml.networks.base import Backbone, DeepLab, SegmentationOutput, conv_norm, resize


class LightHead(DeepLab):
    """One decoder of depthwise convolutions, one classifier and one embedding."""

    def __init__(self, backbone: nn.Module, config: NetworkConfig) -> None:
        super().__init__(backbone)
        edge, _, middle, deep = cast(Backbone, backbone).channels
        width = config.decoder
        self.deep = conv_norm(deep, width)
        # No batch norm behind the global pool: one image gives one value per channel.
        self.pool = nn.Conv2d(deep, width, 1)
        self.middle = conv_norm(middle, width)
        self.context = nn.Sequential(
            conv_norm(width, width, 3, groups=width), conv_norm(width, width)
        )
        self.edge = conv_norm(edge, 32)
        self.decode = nn.Sequential(
            conv_norm(width + 32, width + 32, 3, groups=width + 32), conv_norm(width + 32, width)
        )
        self.dropout = nn.Dropout2d(config.dropout)
        self.classify = nn.Conv2d(width, config.classes, 1)
        self.embed = nn.Conv2d(width, config.embedding, 1)
        self.auxiliary = nn.Conv2d(middle, config.classes, 1) if config.auxiliary else None

    def forward(self, images: Tensor, *, embed: bool = True) -> SegmentationOutput:
        edge, _, middle, deep = self.taps(images)
        pooled = F.relu(self.pool(deep.mean(dim=(2, 3), keepdim=True)))
        x = resize(self.deep(deep) + pooled, middle) + self.middle(middle)
        x = torch.cat([resize(self.context(x), edge), self.edge(edge)], dim=1)
        feature = self.decode(x)
        dropped = self.dropout(feature)
        return SegmentationOutput(
            logits=self.classify(dropped),
            feature=feature,
            embedding=self.embed(dropped) if embed else None,
            auxiliary=self.auxiliary(middle) if self.auxiliary is not None else None,
        )
