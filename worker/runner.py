"""Runs one claimed job in a process of its own: `python -m worker.runner JOB_ID FENCE`.

A crash, an out-of-memory kill or a hung driver takes only this process; the worker that
supervises it reports it. All of the job's memory, on the GPU too, comes back with its end.
"""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from sqlalchemy.exc import OperationalError

from server.broker import CeleryQueue
from server.db.engine import make_engine, make_sessions, reading
from server.db.models import Job
from server.rules.errors import Refusal
from server.rules.jobs import JobKind, JobState
from server.services import jobs
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.choice import open_blobs
from worker.context import (
    HANDLERS,
    GiveUp,
    Handler,
    JobContext,
    JobFacts,
    Record,
    Resources,
    Stopped,
)

logger = logging.getLogger(__name__)

RECORDED = 0
"""Exit code: the job's end, good or bad, is in the database."""
STOPPED = 75
"""Exit code (EX_TEMPFAIL): stopped early; the supervisor knows why it asked."""

FINISH_TRIES = 4
"""A deadlock or a lock wait must not cost hours of training."""


def make_resources(settings: Settings) -> Resources:
    """Open what handlers work with. To be called after every fork, never before one."""
    sessions = make_sessions(make_engine(settings.sql_url))
    return Resources(
        settings=settings,
        sessions=sessions,
        blobs=open_blobs(settings),
        queue=CeleryQueue(settings.broker_url, sessions),
    )


def run(
    job_id: UUID, fence: int, resources: Resources, handlers: Mapping[JobKind, str] = HANDLERS
) -> int:
    """Run the job that was claimed under `fence`; return the exit code."""
    facts = _facts(job_id, fence, resources)
    if facts is None:
        return STOPPED
    folder = resources.settings.work_folder / str(job_id)
    folder.mkdir(parents=True, exist_ok=True)
    context = JobContext(facts, resources, folder)
    signal.signal(signal.SIGTERM, lambda *_: context.stop())
    try:
        record = _handler(handlers[facts.kind])(context)
        _finish(context, record)
    except (Stopped, jobs.CancelRequested, jobs.Fenced) as reason:
        logger.info("job %s stopped: %s %s", job_id, type(reason).__name__, reason)
        return STOPPED
    except (GiveUp, Refusal) as reason:
        return _fail(context, reason, final=True)
    except Exception as error:  # whatever a handler raises belongs into the job's row
        return _fail(context, error, final=False)
    shutil.rmtree(folder, ignore_errors=True)
    return RECORDED


def _facts(job_id: UUID, fence: int, resources: Resources) -> JobFacts | None:
    with reading(resources.sessions) as session:
        job = session.get(Job, job_id)
        if job is None or job.fence != fence or job.state is not JobState.RUNNING:
            return None
        return JobFacts.of(job)


def _handler(name: str) -> Handler:
    module, _, attribute = name.partition(":")
    return cast(Handler, getattr(importlib.import_module(module), attribute))


def _finish(context: JobContext, record: Record) -> None:
    """Write the results and the job's end in one transaction.

    The job's row comes last, after the round's, as everywhere: so no two acts wait for each other.
    """
    facts = context.facts
    for attempt in range(1, FINISH_TRIES + 1):
        try:
            with unit_of_work(context.resources.sessions, context.resources.queue) as session:
                if not jobs.is_wanted(session, facts.id, fence=facts.fence):
                    raise jobs.CancelRequested
                jobs.finish(session, facts.id, fence=facts.fence, result=record(session))
        except OperationalError:
            if attempt == FINISH_TRIES:
                raise
            logger.warning("could not finish job %s yet", facts.id, exc_info=True)
            time.sleep(2**attempt / 4)
        else:
            return


def _fail(context: JobContext, error: Exception, *, final: bool) -> int:
    """Record the failure: its text for people in the row, the stack in the log."""
    facts = context.facts
    logger.error("job %s failed", facts.id, exc_info=error)
    try:
        with unit_of_work(context.resources.sessions, context.resources.queue) as session:
            jobs.fail(
                session,
                facts.id,
                fence=facts.fence,
                error=str(error) or type(error).__name__,
                error_class=type(error).__name__,
                times=context.resources.settings.job_times,
                final=final,
            )
            jobs.log(session, facts.id, "".join(traceback.format_exception(error)))
    except jobs.Fenced:
        return STOPPED
    return RECORDED


def _exit_with_parent() -> None:
    """End this process when the supervisor's end of the pipe on fd 0 closes.

    The kernel's death signal does the same on Linux; this is for where there is none.
    """

    def wait_for_the_end() -> None:
        while os.read(0, 1024):
            pass
        os._exit(STOPPED)

    threading.Thread(target=wait_for_the_end, daemon=True).start()


def main(handlers: Mapping[JobKind, str] = HANDLERS) -> int:
    """Run the job of the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _exit_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    return run(UUID(sys.argv[1]), int(sys.argv[2]), make_resources(Settings()), handlers)


if __name__ == "__main__":
    sys.exit(main())
