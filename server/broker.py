"""Sends job ids to the workers: the only place on this side that knows Celery.

A message is a hint. One that is lost, or sent while the broker is away, is sent again by the
tick, so nothing here ever fails a request.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy.exc import OperationalError as DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from server.services import jobs
from server.services.unit_of_work import transaction

logger = logging.getLogger(__name__)

RUN_JOB = "run_job"
TICK = "tick"
CONTROL_QUEUE = "control"
"""The tick's own queue, so that it never waits behind a job."""

_CONNECT = {"socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0, "interval_max": 0.2}


def make_celery(url: str | None) -> Celery:
    """Return a Celery application with the policy that senders and workers share."""
    app = Celery("maskloop", broker=url, set_as_current=False)
    app.conf.update(
        broker_transport_options={"visibility_timeout": 3600, **_CONNECT},
        broker_connection_retry_on_startup=True,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # Acknowledged at the end: an early acknowledgement lets a short job wait behind a busy
        # worker. The claim refuses what comes twice.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        enable_utc=True,
    )
    return app


class CeleryQueue:
    """Implements `JobQueue` on the broker."""

    def __init__(self, url: str | None, sessions: sessionmaker[Session]) -> None:
        self._app = make_celery(url) if url else None
        self._sessions = sessions

    def send(self, job_id: UUID, queue: str) -> None:
        """Send the job's id, and note when."""
        if self._app is None:
            logger.warning("job %s waits: no broker is configured", job_id)
            return
        try:
            self._app.send_task(RUN_JOB, args=[str(job_id)], queue=queue, retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("job %s is sent later, the broker is away: %s", job_id, error)
            return
        try:
            with transaction(self._sessions) as session:
                jobs.note_sent(session, job_id)
        except DatabaseError as error:
            logger.warning("job %s was sent, but that could not be noted: %s", job_id, error)

    def waiting(self, queue: str) -> int | None:
        """Return how many messages wait in the queue; None when the broker is away."""
        if self._app is None:
            return None
        try:
            with self._app.connection_for_write() as connection:
                channel: Any = connection.default_channel
                return int(channel._size(queue))
        except (OperationalError, OSError):
            return None
