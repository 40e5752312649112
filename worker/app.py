"""The Celery application: `celery -A worker.app worker -Q gpu`, and the periodic tick."""

from __future__ import annotations

import logging
import mmap
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from celery import Celery, signals

from server import courier
from server.broker import CONTROL_QUEUE, RUN_JOB, TICK, CeleryQueue, make_celery
from server.services import sweeps, ticks
from server.settings import Settings
from server.tether import tether
from worker.context import Resources
from worker.runner import make_resources
from worker.supervise import supervise

_shutting_down = mmap.mmap(-1, 1)
"""One byte shared by the main process and its pool: a lock-free way to say "we shut down"."""


def make_app(settings: Settings, runner: str = "worker.runner") -> Celery:
    """Return the application that serves the queues `gpu`, `cpu` and `control`.

    `runner` is the module that a job's process runs.
    """
    app = make_celery(settings.broker_url)
    app.conf.update(
        beat_scheduler="celery.beat:Scheduler",  # in memory: schedules are rows, not files
        beat_schedule={
            TICK: {
                "task": TICK,
                "schedule": settings.tick_seconds,
                "options": {"queue": CONTROL_QUEUE, "expires": settings.tick_seconds},
            }
        },
    )

    @lru_cache
    def resources() -> Resources:
        """Open the database on first use: in the pool's process, not before its fork."""
        return make_resources(settings)

    def run_job(job_id: str) -> None:
        with _left_to_the_main_process(signal.SIGTERM):
            supervise(
                UUID(job_id),
                resources(),
                owner=f"{socket.gethostname()}/{os.getpid()}",
                shutting_down=lambda: _shutting_down[0] == 1,
                runner=runner,
            )

    def tick() -> None:
        opened = resources()
        assert isinstance(opened.queue, CeleryQueue)
        ticks.run(
            opened.sessions,
            opened.queue,
            waiting=opened.queue.waiting,
            times=settings.job_times,
        )
        courier.deliver_due(opened.sessions, inside=settings.webhooks_inside)
        sweeps.run(opened.sessions, opened.blobs, folder=settings.upload_folder)

    # Not shared: Celery would give these functions to every other application of the process.
    app.task(name=RUN_JOB, shared=False)(run_job)
    app.task(name=TICK, shared=False, acks_late=False)(tick)
    return app


@contextmanager
def _left_to_the_main_process(number: signal.Signals) -> Iterator[None]:
    """Do nothing on a signal that reaches the whole group (systemd, a terminal).

    A function, not SIG_IGN, which the job's process would inherit; and here, since the pool
    resets what is set at its start.
    """
    before = signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(number, before)


@signals.worker_shutting_down.connect
def _note_shutdown(**_: Any) -> None:
    """Jobs stop at their next safe point and go back to the queue; the warm stop waits for it."""
    _shutting_down[0] = 1


@signals.beat_embedded_init.connect
def _tie_beat(**_: Any) -> None:
    """Without this, the beat inside a worker outlives a killed worker."""
    tether(os.getppid(), signal.SIGKILL)


@signals.setup_logging.connect
def _log(**_: Any) -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(processName)s %(name)s %(message)s"
    )
    for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)  # else two lines for every tick


app = make_app(Settings())
