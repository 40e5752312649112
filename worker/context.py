"""What a job handler is given, what it gives back, and how it stops."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import Job
from server.rules.jobs import JobKind
from server.services import jobs
from server.services.unit_of_work import JobQueue, unit_of_work
from server.settings import Settings
from server.storage.base import BlobStore

logger = logging.getLogger(__name__)

REPORT_SECONDS = 1.0
"""A bar that moves once a second looks alive; more would be writes for nobody."""


class Stopped(Exception):
    """The handler stopped early because `should_stop()` said so."""


class GiveUp(Exception):
    """The job can never succeed as it is; the message is for the person who reads it.

    Subclasses name the kind of failure: the class name becomes the job's `error_class`.
    """


@dataclass(frozen=True)
class Resources:
    """What handlers work with."""

    settings: Settings
    sessions: sessionmaker[Session]
    blobs: BlobStore
    queue: JobQueue


@dataclass(frozen=True)
class JobFacts:
    """The claimed job as plain data; `fence` guards every write for it."""

    id: UUID
    kind: JobKind
    project_id: UUID
    round_id: UUID | None
    part: int
    params: Mapping[str, Any]
    fence: int
    attempt: int

    @classmethod
    def of(cls, job: Job) -> Self:
        """Read a claimed job's row."""
        return cls(
            id=job.id,
            kind=job.kind,
            project_id=job.project_id,
            round_id=job.round_id,
            part=job.part,
            params=job.params,
            fence=job.fence,
            attempt=job.attempt,
        )


class JobContext:
    """A handler's view of the job engine. Reports may be made every step: few are written."""

    def __init__(self, facts: JobFacts, resources: Resources, folder: Path) -> None:
        self.facts = facts
        self.resources = resources
        self.folder = folder
        """Kept between attempts, so that training resumes; deleted once the job has succeeded."""
        self._stopping = False
        self._reported_at = -math.inf

    def report(self, progress: float, message: str, eta_seconds: float | None = None) -> None:
        """Say how far the job is, from 0 to 1, in words for people. Raises `Fenced`."""
        # The last report stays on the page, so it is never the one that is left out.
        if progress < 1 and time.monotonic() - self._reported_at < REPORT_SECONDS:
            return
        self._reported_at = time.monotonic()
        self._write(
            lambda session: jobs.report(
                session,
                self.facts.id,
                fence=self.facts.fence,
                progress=progress,
                message=message,
                eta_seconds=eta_seconds,
            )
        )

    def log(self, text: str) -> None:
        """Add a line to the job's log."""
        self._write(lambda session: jobs.log(session, self.facts.id, text))

    def should_stop(self) -> bool:
        """Whether to raise `Stopped` at the next safe point: cancelled, fenced or shut down."""
        return self._stopping

    def stop(self) -> None:
        """Have `should_stop()` say yes from now on. Safe to call from a signal handler."""
        self._stopping = True

    def checkpointed(self) -> None:
        """Say that `folder` holds new work that another attempt goes on from. Raises `Fenced`."""
        self._write(
            lambda session: jobs.checkpointed(session, self.facts.id, fence=self.facts.fence)
        )

    def _write(self, act: Callable[[Session], None]) -> None:
        """Write in a short transaction of its own; a database that is away costs no work."""
        try:
            with unit_of_work(self.resources.sessions, self.resources.queue) as session:
                act(session)
        except OperationalError:
            logger.warning("could not report about job %s", self.facts.id, exc_info=True)


Record = Callable[[Session], dict[str, Any]]
"""Writes the results inside the transaction that finishes the job; returns `job.result`."""

Handler = Callable[[JobContext], Record]
"""Does the work with no transaction open."""

HANDLERS: Mapping[JobKind, str] = {
    JobKind.WARM_UP: "worker.jobs.warm_up:run",
    JobKind.ACQUIRE: "worker.jobs.acquire:run",
    JobKind.SELECT: "worker.jobs.select:run",
    JobKind.REPLAY: "worker.jobs.replay:run",
    JobKind.RETRAIN: "worker.jobs.retrain:run",
    JobKind.EVALUATE: "worker.jobs.evaluate:run",
    JobKind.IMPORT: "worker.jobs.import_images:run",
    JobKind.EXPORT: "worker.jobs.export:run",
    JobKind.PREDICT: "worker.jobs.predict:run",
    JobKind.ONNX: "worker.jobs.export_onnx:run",
}
"""By name, so that torch is imported only by the kinds that need it."""
