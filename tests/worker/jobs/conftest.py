"""What the tests of imports begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.worker.jobs.importer import Importer
from worker.context import Resources


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """A folder that imports may read."""
    folder = tmp_path / "imports"
    folder.mkdir()
    return folder


@pytest.fixture
def resources(
    settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs, roots: Path
) -> Resources:
    """What a worker on this test's database works with."""
    changed = settings.model_copy(update={"import_roots": (roots,)})
    return Resources(changed, sessions, blobs, RecordingQueue())


@pytest.fixture
def importer(resources: Resources) -> Importer:
    """A project of two classes whose imports run here."""
    return Importer(resources)
