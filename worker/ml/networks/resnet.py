"""ResNet-101 from torchvision, its last stage dilated to stride 16."""

from pathlib import Path
from urllib.error import URLError

from torch import Tensor, nn
from torchvision.models import ResNet101_Weights, resnet101

from worker.ml.networks.weights import WeightsMissing, read_weights


class ResNet101(nn.Module):
    """(N, 3, H, W) in; 256, 512, 1024 and 2048 channels at strides 4, 8, 16, 16 out."""

    channels = (256, 512, 1024, 2048)
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        super().__init__()
        body = resnet101(weights=None, replace_stride_with_dilation=[False, False, True])
        body.fc = nn.Identity()
        if pretrained:
            state = read_weights(Path(weights)) if weights else _hub_weights()
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


def _hub_weights() -> dict[str, Tensor]:
    try:
        state: dict[str, Tensor] = ResNet101_Weights.IMAGENET1K_V2.get_state_dict(progress=False)
    except (URLError, OSError) as unreachable:
        raise WeightsMissing(
            f"torchvision's ResNet-101 weights cannot be fetched ({unreachable}); give a file of "
            "weights, or write pretrained=false"
        ) from unreachable
    return state
