"""Where first weights come from; a missing file is an error, never silently random."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import torch
from safetensors.torch import load_file
from torch import Tensor

if TYPE_CHECKING:  # torchvision is slow to start, and the default network does without it
    from torchvision.models import WeightsEnum


class WeightsMissing(Exception):
    """Pretrained weights were asked for and are not there."""


class WeightsBroken(Exception):
    """A file of weights is there and cannot be read: torn, or of another kind."""


class ExtraMissing(Exception):
    """The network needs a package that only an extra of the distribution installs."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors of a .safetensors file, or of a torch file that holds nothing but tensors.

    Raises:
        WeightsMissing: If there is no such file.
        WeightsBroken: If it is not one of these.
    """
    if not path.is_file():
        raise WeightsMissing(
            f"no weights at {path}; give a file that exists, or write pretrained=false "
            "to start from random weights"
        )
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as broken:  # a torn file makes the unpickler fail in any way
        raise WeightsBroken(f"{path} holds no weights that can be read ({broken})") from broken
    return state


def hub_weights(published: WeightsEnum) -> dict[str, Tensor]:
    """Weights that torchvision publishes, from its cache or the network."""
    try:
        # The file's name holds its digest: a download that broke off is no file of weights.
        state: dict[str, Tensor] = published.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError, RuntimeError) as unreachable:
        raise WeightsMissing(
            f"torchvision's {published} cannot be fetched ({unreachable}); give a file of "
            "weights, or write pretrained=false"
        ) from unreachable
    return state
