"""Jobs run by their own handlers, without a worker and without a queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from server.rules.jobs import JobTimes
from server.services import jobs
from worker.context import JobContext, JobFacts, Record, Resources


def claim(resources: Resources, job_id: UUID) -> JobContext:
    """Claim a queued job as a worker does; return what its handler is given."""
    with resources.sessions.begin() as session:
        job = jobs.claim(session, job_id, owner="test", times=JobTimes())
        assert job is not None
        facts = JobFacts.of(job)
    folder = resources.settings.work_folder / str(job_id)
    folder.mkdir(parents=True, exist_ok=True)
    return JobContext(facts, resources, folder)


def run_claimed(context: JobContext, handler: Callable[[JobContext], Record]) -> dict[str, Any]:
    """Run the handler and write its results; return what the job's row would hold."""
    record = handler(context)
    with context.resources.sessions.begin() as session:
        return record(session)
