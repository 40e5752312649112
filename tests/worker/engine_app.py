"""The real Celery application, whose jobs' processes run the tests' own handler."""

from __future__ import annotations

from server.settings import Settings
from worker.app import make_app

app = make_app(Settings(), runner="tests.worker.engine_runner")
