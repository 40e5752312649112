"""ResNet-50 and -101 from torchvision, dilated to stride 16 or 8."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torchvision.models import (
    ResNet,
    ResNet50_Weights,
    ResNet101_Weights,
    WeightsEnum,
    resnet50,
    resnet101,
)

from worker.ml.networks.weights import hub_weights, read_weights


class _Taps(nn.Module):
    """(N, 3, H, W) in; 256, 512, 1024 and 2048 channels out.

    At strides 4, 8, 16, 16; with an output stride of 8 at 4, 8, 8, 8. `multi_grid` multiplies the
    dilation of the last stage's three blocks, which is 32 over the output stride; (1, 1, 1) leaves
    torchvision's own, whose first block still has the dilation of the stage before.
    """

    channels = (256, 512, 1024, 2048)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(
        self,
        make: Callable[..., ResNet],
        published: WeightsEnum,
        *,
        weights: str | None = None,
        pretrained: bool = True,
        output_stride: int = 16,
        multi_grid: tuple[int, int, int] = (1, 1, 1),
    ) -> None:
        super().__init__()
        body = make(weights=None, replace_stride_with_dilation=[False, output_stride == 8, True])
        body.fc = nn.Identity()
        if multi_grid != (1, 1, 1):
            for block, factor in zip(body.layer4, multi_grid, strict=True):
                rate = 32 // output_stride * factor
                block.conv2.dilation = block.conv2.padding = (rate, rate)
        if pretrained:
            state = read_weights(Path(weights)) if weights else hub_weights(published)
            body.load_state_dict({k: v for k, v in state.items() if not k.startswith("fc.")})
        self.stem = nn.Sequential(body.conv1, body.bn1, body.relu, body.maxpool)
        self.layers = nn.ModuleList([body.layer1, body.layer2, body.layer3, body.layer4])

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.stem(x)
        taps: list[Tensor] = []
        for layer in self.layers:
            x = layer(x)
            taps.append(x)
        return taps


class ResNet50(_Taps):
    """Half the cost of ResNet-101."""

    def __init__(self, **options: Any) -> None:
        super().__init__(resnet50, ResNet50_Weights.IMAGENET1K_V2, **options)


class ResNet101(_Taps):
    """The published method's backbone, in torchvision's form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(resnet101, ResNet101_Weights.IMAGENET1K_V2, **options)
