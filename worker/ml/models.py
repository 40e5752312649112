"""Finished models and verified folders: safetensors and JSON under a manifest of SHA-256."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from worker.ml.config import StageConfig
from worker.ml.networks import DeepLab, build_network

MANIFEST = "manifest.json"


class BrokenFolder(Exception):
    """A folder whose manifest is missing, or whose files are not what it says."""


def write_folder(
    folder: Path,
    *,
    tensors: Mapping[str, Mapping[str, Tensor]],
    texts: Mapping[str, str],
    facts: Mapping[str, Any],
) -> None:
    """Write all files beside `folder`, sync them, and only then let them appear under its name."""
    hidden = folder.with_name(f".tmp-{folder.name}")
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    for name, state in tensors.items():
        save_file({key: value.contiguous() for key, value in state.items()}, hidden / name)
    for name, text in texts.items():
        (hidden / name).write_text(text)
    files = {path.name: _sha256(path) for path in sorted(hidden.iterdir())}
    (hidden / MANIFEST).write_text(json.dumps({**facts, "files": files}, indent=1))
    for path in hidden.iterdir():
        _sync(path)
    _sync(hidden)
    shutil.rmtree(folder, ignore_errors=True)
    hidden.rename(folder)
    _sync(folder.parent)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, once every file of it has been found and has its digest."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        for name, digest in manifest["files"].items():
            if _sha256(folder / name) != digest:
                raise BrokenFolder(f"{folder.name}/{name} is not what the manifest says")
    except (OSError, ValueError, KeyError, AttributeError) as unreadable:
        raise BrokenFolder(f"{folder.name} has no sound manifest: {unreadable}") from unreadable
    return manifest


@dataclass(frozen=True)
class Model:
    """A trained teacher in eval mode, and how it was trained."""

    network: DeepLab
    config: StageConfig

    @property
    def classes(self) -> int:
        return self.config.network.classes

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device


def save_model(folder: Path, network: DeepLab, config: StageConfig, facts: dict[str, Any]) -> None:
    write_folder(
        folder,
        tensors={"model.safetensors": network.state_dict()},
        texts={"config.json": config.to_json()},
        facts=facts,
    )


def load_model(folder: Path, *, device: str | torch.device = "cpu") -> Model:
    """A model folder, verified against its manifest, on the device.

    Raises:
        BrokenFolder: If a file is missing or changed.
    """
    read_manifest(folder)
    config = StageConfig.from_json((folder / "config.json").read_text())
    network = build_network(config.network, initialise=False)
    network = network.to(memory_format=torch.channels_last)
    network.load_state_dict(load_file(folder / "model.safetensors"))
    return Model(network.eval().to(device), config)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
