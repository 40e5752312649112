"""Transformer backbones of the optional extra `zoo` (timm): PVT v2, and DINOv2 with patches of 14.

PVT v2 (arXiv:2106.13797) is of SegFormer's kind: overlapping patches, four scales, attention over
reduced maps. timm has no MiT.
"""

from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from worker.ml.networks.weights import ExtraMissing, WeightsMissing, read_weights

try:
    import timm
except ImportError as missing:
    raise ExtraMissing(
        "this backbone needs the extra `zoo`: pip install 'maskloop[zoo]'"
    ) from missing

PATCH = 14


class PvtV2B0(nn.Module):
    """(N, 3, H, W) in; 32, 64, 160 and 256 channels at strides 4, 8, 16, 32 out."""

    channels = (32, 64, 160, 256)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        super().__init__()
        self.body = _make("pvt_v2_b0", weights=weights, pretrained=pretrained)

    def forward(self, x: Tensor) -> list[Tensor]:
        taps: list[Tensor] = self.body.forward_intermediates(x, intermediates_only=True)
        return taps


class DinoV2Small(nn.Module):
    """(N, 3, H, W) in; four depths of 384 channels, resized to strides 4, 8, 16, 16, out.

    The image is resized so that its sides are whole patches: a patch is 14 pixels of the nearest
    such size.
    """

    channels = (384, 384, 384, 384)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        super().__init__()
        self.body = _make(
            "vit_small_patch14_dinov2.lvd142m",
            weights=weights,
            pretrained=pretrained,
            dynamic_img_size=True,
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        size = x.shape[-2:]
        whole = [max(1, round(side / PATCH)) * PATCH for side in size]
        x = F.interpolate(x, whole, mode="bilinear", align_corners=False)
        maps = self.body.forward_intermediates(
            x, indices=[2, 5, 8, 11], norm=True, intermediates_only=True
        )
        return [
            F.interpolate(
                each, [-(-side // stride) for side in size], mode="bilinear", align_corners=False
            )
            for each, stride in zip(maps, (4, 8, 16, 16), strict=True)
        ]


BACKBONES = {"pvt_v2_b0": PvtV2B0, "dinov2_small": DinoV2Small}


def _make(name: str, *, weights: str | None, pretrained: bool, **options: Any) -> Any:
    """timm's model without its classifier; weights as asked for, else an error."""
    if not pretrained or weights:
        body = timm.create_model(name, pretrained=False, num_classes=0, **options)
        if pretrained:
            state = read_weights(Path(str(weights)))
            body.load_state_dict({k: v for k, v in state.items() if not k.startswith("head.")})
        return body
    try:
        return timm.create_model(name, pretrained=True, num_classes=0, **options)
    except (OSError, RuntimeError, ValueError) as unreachable:
        raise WeightsMissing(
            f"timm's weights of {name} cannot be fetched ({unreachable}); give a file of weights, "
            "or write pretrained=false"
        ) from unreachable
