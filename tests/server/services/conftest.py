"""What the tests of services share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.server.services.desk import Desk
from tests.servers.queue import RecordingQueue


@pytest.fixture
def desk(sessions: sessionmaker[Session], queue: RecordingQueue) -> Desk:
    """One queued job and the acts on it."""
    return Desk(sessions, queue)
