"""A model as one ONNX file: images in, logits out."""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from worker.ml.models import Model
from worker.ml.networks import DeepLab

OPSET = 18
TRACED = (2, 3, 96, 128)


class _Logits(nn.Module):
    """The part of the network that predicts."""

    def __init__(self, network: DeepLab) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) as float from 0 to 255; logits at the network's stride."""
        logits: Tensor = self.network(images, embed=False).logits
        return logits


def write_onnx(model: Model, path: Path) -> None:
    """Write the network as `images` -> `logits`.

    Batch, height and width are free; the sides are multiples of 32, since the padding of the
    layers that halve an image is that of even sides.
    """
    example = torch.rand(TRACED, generator=torch.Generator().manual_seed(0)) * 255
    free = {0: "batch", 2: "height", 3: "width"}
    with torch.inference_mode(), warnings.catch_warnings():
        # The older exporter of the two that torch has: 1 s against minutes for this network.
        # It says that it is the older one, and that padding is traced as it is (see above).
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model.network).eval(),
            (example,),
            str(path),
            input_names=["images"],
            output_names=["logits"],
            opset_version=OPSET,
            dynamo=False,
            dynamic_axes={"images": free, "logits": {0: "batch", 2: "rows", 3: "columns"}},
        )


def logits(model: Model, images: Tensor) -> Tensor:
    """What torch computes for the same input."""
    with torch.inference_mode():
        out: Tensor = _Logits(model.network).eval()(images)
    return out
