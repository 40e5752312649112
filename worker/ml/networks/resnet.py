"""ResNet-50 and -101 from torchvision, their last stage dilated to stride 16."""

from collections.abc import Callable
from pathlib import Path

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
    """(N, 3, H, W) in; 256, 512, 1024 and 2048 channels at strides 4, 8, 16, 16 out."""

    channels = (256, 512, 1024, 2048)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(
        self,
        make: Callable[..., ResNet],
        published: WeightsEnum,
        *,
        weights: str | None,
        pretrained: bool,
    ) -> None:
        super().__init__()
        body = make(weights=None, replace_stride_with_dilation=[False, False, True])
        body.fc = nn.Identity()
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

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        published = ResNet50_Weights.IMAGENET1K_V2
        super().__init__(resnet50, published, weights=weights, pretrained=pretrained)


class ResNet101(_Taps):
    """The published method's backbone, in torchvision's form."""

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        published = ResNet101_Weights.IMAGENET1K_V2
        super().__init__(resnet101, published, weights=weights, pretrained=pretrained)
