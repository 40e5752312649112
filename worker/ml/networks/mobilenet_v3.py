"""MobileNetV3-Large from torchvision, its last stage dilated to stride 16."""

from pathlib import Path

from torch import Tensor, nn
from torchvision.models import MobileNet_V3_Large_Weights, mobilenet_v3_large

from worker.ml.networks.weights import hub_weights, read_weights

TAPS = (3, 6, 12, 16)  # the blocks after which strides 4, 8, 16 and the last stage are complete


class MobileNetV3Large(nn.Module):
    """(N, 3, H, W) in; 24, 40, 112 and 960 channels at strides 4, 8, 16, 16 out."""

    channels = (24, 40, 112, 960)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        super().__init__()
        self.features = mobilenet_v3_large(weights=None, dilated=True).features
        if pretrained:
            published = MobileNet_V3_Large_Weights.IMAGENET1K_V2
            state = read_weights(Path(weights)) if weights else hub_weights(published)
            # `classifier` is ImageNet's own.
            body = {k: v for k, v in state.items() if not k.startswith("classifier.")}
            self.load_state_dict(body, strict=True)

    def forward(self, x: Tensor) -> list[Tensor]:
        taps: list[Tensor] = []
        for number, block in enumerate(self.features):
            x = block(x)
            if number in TAPS:
                taps.append(x)
        return taps
