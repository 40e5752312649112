"""A toy dataset and quick times for whole services: real processes, real training, small sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loop.toy import POOL
from worker.ml.scenes import draw_scenes


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the toy's two domains."""
    folder = tmp_path_factory.mktemp("scenes") / "toy"
    draw_scenes(folder, source=6, target=POOL, test=3, size=(64, 96), seed=0)
    return folder
