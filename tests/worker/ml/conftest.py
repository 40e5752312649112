"""Toy scenes, and a configuration small enough to train in a test."""

from pathlib import Path

import pytest
import torch

from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.data import Sample, StageData
from worker.ml.scenes import CLASSES, draw_scenes
from worker.ml.trainer import train_stage


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    draw_scenes(folder, source=8, target=12, test=4, size=(64, 96), seed=0)
    return folder


def samples(scenes: Path, split: str, *, labelled: bool = True) -> tuple[Sample, ...]:
    return tuple(
        Sample(
            name=path.stem,
            image=path,
            label=scenes / split / "labels" / f"{path.stem}.png" if labelled else None,
            domain="source" if split == "source" else "target",
            group=path.stem.split("_")[0],
        )
        for path in sorted((scenes / split / "images").iterdir())
    )


def toy_data(scenes: Path, *, labelled: int = 3) -> StageData:
    target = samples(scenes, "target")
    return StageData(
        source=samples(scenes, "source"),
        labelled=target[:labelled],
        unlabelled=samples(scenes, "target", labelled=False)[labelled:],
    )


def toy_config(**changes: object) -> StageConfig:
    values: dict[str, object] = {
        "steps": 6,
        "batch_labelled": 2,
        "batch_unlabelled": 2,
        "crop": [64, 64],
        "anchors": 16,
        # A network this fresh is sure of nothing; with the usual bars two losses would be idle.
        "anchor_confidence": 0.0,
        "pseudo_confidence": 0.0,
        "negatives": 8,
        "bank": 32,
        "bank_push": 12,
        "prefetch": 2,
        "log_every": 2,
        "checkpoint_seconds": 3600.0,
        "network": {"classes": len(CLASSES), "embedding": 8, "decoder": 16, "pretrained": False},
    }
    return StageConfig.from_dict({**values, **changes})


def toy_network(**changes: object) -> NetworkConfig:
    values: dict[str, object] = {"classes": len(CLASSES), "embedding": 8, "decoder": 16}
    return NetworkConfig.from_dict({**values, "pretrained": False, **changes})


@pytest.fixture(scope="session")
def model(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has seen a few steps: its scores differ from image to image."""
    return train_stage(
        toy_config(),
        toy_data(scenes),
        tmp_path_factory.mktemp("stage"),
        start_from=None,
        on_progress=print,
        should_stop=lambda: False,
    )
