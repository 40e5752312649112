"""Waits for jobs and rounds of the service, and says on the way how far they are."""

from __future__ import annotations

import time
from collections.abc import Callable

from server.commands.client import Client, Json

POLL_SECONDS = 0.5

Say = Callable[[str], None]


class JobFailed(Exception):
    """A job of the service failed; the text is its error."""


class Progress:
    """Says a job's progress when it has moved on by a tenth."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._told: dict[str, int] = {}

    def tell(self, job: Json) -> None:
        """Say how far a running job is, unless that has been said."""
        tenths = int(10 * (job["progress"] or 0))
        if job["state"] == "running" and tenths > self._told.get(job["id"], -1):
            self._told[job["id"]] = tenths
            self._say(job_line(job))


def job_line(job: Json) -> str:
    """Say in one line how far a job is."""
    parts = [f"{job['kind'].replace('_', ' ')} {100 * (job['progress'] or 0):3.0f} %"]
    if job["eta_seconds"]:
        parts.append(f"{_duration(job['eta_seconds'])} left")
    if job["message"]:
        parts.append(job["message"])
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def wait_for_job(client: Client, job: Json, *, say: Say) -> Json:
    """Wait until a job has ended, and return it.

    Raises:
        JobFailed: It failed or was cancelled.
    """
    progress = Progress(say)
    while job["state"] in ("queued", "running"):
        progress.tell(job)
        time.sleep(POLL_SECONDS)
        job = client.get(f"/jobs/{job['id']}")
    if job["state"] != "succeeded":
        raise JobFailed(_failure(job))
    return job


def wait_for_round(
    client: Client,
    round_id: str,
    *,
    until: frozenset[str],
    say: Say,
    check: Callable[[], None] = lambda: None,
) -> Json:
    """Wait until a round has reached one of the states, and return it.

    `check` is called between looks, and may raise to end the waiting.

    Raises:
        JobFailed: A job of the round has failed, or the round was cancelled.
    """
    progress, state = Progress(say), None
    while True:
        check()
        found = client.get(f"/rounds/{round_id}")
        if found["state"] != state:
            state = found["state"]
            say(f"round {found['number']}: {state.replace('_', ' ')}")
        if state in until:
            return found
        if state == "cancelled":
            raise JobFailed(f"Round {found['number']} was cancelled.")
        for job in found["jobs"]:
            if job["state"] == "failed":
                raise JobFailed(_failure(job))
            progress.tell(job)
        time.sleep(POLL_SECONDS)


def _failure(job: Json) -> str:
    return f"{job['kind']} {job['state']}: {job['error'] or 'no reason given'}"
