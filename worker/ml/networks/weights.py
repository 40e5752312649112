"""Where first weights come from; a missing file is an error, never silently random."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor


class WeightsMissing(Exception):
    """Pretrained weights were asked for and are not there."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors of a .safetensors file, or of a torch file that holds nothing but tensors."""
    if not path.is_file():
        raise WeightsMissing(
            f"no weights at {path}; give a file that exists, or write pretrained=false "
            "to start from random weights"
        )
    if path.suffix == ".safetensors":
        return load_file(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state
