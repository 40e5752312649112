"""The supervisor of one job: claims it, starts its process, keeps its lease, records a crash."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from enum import Enum
from uuid import UUID

from sqlalchemy.exc import OperationalError

from server.db.engine import reading
from server.services import jobs
from server.services.unit_of_work import transaction, unit_of_work
from server.settings import Settings
from server.tether import tethered
from worker.context import Resources
from worker.runner import RECORDED, STOPPED

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
ASK_SECONDS = 1.0
"""How often the row is read for a wish to cancel: a cheap read, so that people need not wait."""
ENDING_SECONDS = 1.0
TAIL_BYTES = 4000


class Reason(Enum):
    """Why the supervisor stops a job's process."""

    CANCELLED = "its cancel was requested"
    FENCED = "someone else has the job"
    SHUT_DOWN = "the worker shuts down"
    UNHEARD = "the database took no heartbeat for a lease"


def supervise(
    job_id: UUID,
    resources: Resources,
    *,
    owner: str,
    shutting_down: Callable[[], bool],
    runner: str = "worker.runner",
) -> None:
    """Run the job to the end of this attempt, if it is there to take.

    Must be called from a main thread: the kernel ties the child to the thread that starts it.
    """
    times = resources.settings.job_times
    with unit_of_work(resources.sessions, resources.queue) as session:
        job = jobs.claim(session, job_id, owner=owner, times=times)
    if job is None:
        logger.info("job %s is not there to take", job_id)
        return
    logger.info("job %s (%s) starts, attempt %d", job_id, job.kind.value, job.attempt)
    child = Child(job_id, job.fence, resources.settings, runner)
    watch = Watch(job_id, job.fence, resources, shutting_down)
    code = watch.until_end(child)
    _record(job_id, job.fence, resources, code, watch.reason, child)


class Child:
    """The job's process, tied to this one and in a session of its own."""

    def __init__(self, job_id: UUID, fence: int, settings: Settings, runner: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (our own module)
            tethered([sys.executable, "-m", runner, str(job_id), str(fence)]),
            stdin=subprocess.PIPE,  # its end of file tells the child that we are gone
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=child_environment(settings),
        )
        self._tail = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, or None when it still runs after this time."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group: the process and what it started."""
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            logger.debug("the job's process is gone already")

    def tail(self) -> str:
        """Return the last that it wrote to its standard error."""
        self._reader.join(timeout=1)
        return self._tail.decode(errors="replace")

    def close(self) -> None:
        """End whatever is left of the group."""
        self.signal(signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _read(self) -> None:
        """Pass its standard error on and keep the end of it."""
        stream = self._process.stderr
        assert stream is not None
        while chunk := os.read(stream.fileno(), 65536):
            os.write(2, chunk)
            self._tail = (self._tail + chunk)[-TAIL_BYTES:]
        stream.close()


class Watch:
    """Keeps the lease while the child works, and stops it when there is a reason to."""

    def __init__(
        self,
        job_id: UUID,
        fence: int,
        resources: Resources,
        shutting_down: Callable[[], bool],
    ) -> None:
        self.reason: Reason | None = None
        self._job_id = job_id
        self._fence = fence
        self._resources = resources
        self._times = resources.settings.job_times
        self._shutting_down = shutting_down
        self._heard = self._asked = time.monotonic()
        self._stopped_at = 0.0

    def until_end(self, child: Child) -> int:
        """Return the child's exit code (negative: the signal that killed it)."""
        while True:
            code = child.wait(POLL_SECONDS)
            if code is not None:
                child.close()
                return code
            if self.reason is None:
                self._look(child)
            elif time.monotonic() - self._stopped_at > self._times.grace:
                child.signal(signal.SIGKILL)
            self._beat()

    def _look(self, child: Child) -> None:
        """Stop the child when something asks for it: gently, unless its writes are void."""
        reason = Reason.SHUT_DOWN if self._shutting_down() else self._ask()
        if reason is None:
            return
        if reason is Reason.FENCED and child.wait(ENDING_SECONDS) is not None:
            return  # it had just recorded its own end
        self.reason = reason
        logger.info("job %s stops: %s", self._job_id, self.reason.value)
        self._stopped_at = time.monotonic()
        void = self.reason in (Reason.FENCED, Reason.UNHEARD)
        child.signal(signal.SIGKILL if void else signal.SIGTERM)

    def _ask(self) -> Reason | None:
        at = time.monotonic()
        if at - self._heard > self._times.lease:
            return Reason.UNHEARD
        if at - self._asked < min(ASK_SECONDS, self._times.heartbeat):
            return None
        self._asked = at
        try:
            with reading(self._resources.sessions) as session:
                wanted = jobs.is_wanted(session, self._job_id, fence=self._fence)
        except jobs.Fenced:
            return Reason.FENCED
        except OperationalError as error:
            logger.warning("job %s: could not ask: %s", self._job_id, error)
            return None
        return None if wanted else Reason.CANCELLED

    def _beat(self) -> None:
        """Renew the lease; also while the child winds up, which may take as long as the grace."""
        if time.monotonic() - self._heard < self._times.heartbeat:
            return
        try:
            with transaction(self._resources.sessions) as session:
                jobs.heartbeat(session, self._job_id, fence=self._fence, times=self._times)
        except jobs.Fenced:
            self._heard = time.monotonic()  # `_ask` finds out by itself
        except OperationalError as error:
            logger.warning("job %s: no heartbeat: %s", self._job_id, error)
            time.sleep(POLL_SECONDS)
        else:
            self._heard = time.monotonic()


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a job's process.

    libgomp's threads spin while they wait: a step took 1,030 ms instead of 221 beside one busy
    core, and 461 with this spin count. One core is left to the service.
    """
    threads = settings.threads or max(1, (os.cpu_count() or 1) - 1)
    own = {"OMP_NUM_THREADS": str(threads), "GOMP_SPINCOUNT": "1000"}
    return {**os.environ, **settings.as_environment(), **own}


def _record(
    job_id: UUID,
    fence: int,
    resources: Resources,
    code: int,
    reason: Reason | None,
    child: Child,
) -> None:
    """Write down how the attempt ended, where the child did not do so itself."""
    if code == RECORDED or reason is Reason.FENCED:
        return
    try:
        with unit_of_work(resources.sessions, resources.queue) as session:
            if reason is Reason.CANCELLED:
                jobs.end_cancelled(session, job_id, fence=fence)
            elif reason is not None or code == STOPPED:
                jobs.release(session, job_id, fence=fence)
            else:
                jobs.fail(
                    session,
                    job_id,
                    fence=fence,
                    error=f"The job's process {_how(code)}.\n{child.tail()}".strip(),
                    error_class="crashed",
                    times=resources.settings.job_times,
                )
    except jobs.Fenced:
        logger.info("job %s has moved on without this worker", job_id)
    except OperationalError:
        logger.exception("job %s: its end could not be recorded; the tick will see", job_id)
    if reason is Reason.CANCELLED:
        shutil.rmtree(resources.settings.work_folder / str(job_id), ignore_errors=True)


def _how(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
