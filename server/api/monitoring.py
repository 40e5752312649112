"""Figures for Prometheus: to an admin at `/metrics`, or to anyone who reaches a private port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session, sessionmaker

from server.api.gates import Admin
from server.db.engine import reading
from server.services import gauges
from server.services.access import Principal
from server.services.gauges import Pulse

router = APIRouter(tags=["health"])

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds: lists answer in some 10 ms, submissions in some 100, uploads in many."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Addresses and methods that people make up count as one: each label is kept for good."""


class Meters:
    """One process's figures: how long its answers took, and the database as it is when asked."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "maskloop_http_request_duration_seconds",
            "How long answers took, by the route that gave them.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Database(sessions))

    def answered(self, *, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one answer."""
        known = method if method in METHODS else OTHER
        self._seconds.labels(known, route or OTHER, str(status)).observe(seconds)


class _Database(Collector):
    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def describe(self) -> Iterator[Metric]:
        """Say nothing beforehand: else registering would ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read the database once."""
        with reading(self._sessions) as session:
            pulse = gauges.read(session)
        yield from _families(pulse)


def _families(pulse: Pulse) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("maskloop_jobs", "Jobs.", labels=("kind", "state"))
    for (kind, state), count in pulse.jobs.items():
        jobs.add_metric((kind, state), count)
    yield jobs
    waiting = GaugeMetricFamily(
        "maskloop_queue_oldest_job_seconds",
        "How long the oldest job of a queue has been waiting.",
        labels=("queue",),
    )
    for queue in ("cpu", "gpu"):
        waiting.add_metric((queue,), pulse.oldest_seconds.get(queue, 0))
    yield waiting
    yield GaugeMetricFamily("maskloop_leases_active", "Items in people's hands.", pulse.leases)
    ended = CounterMetricFamily(
        "maskloop_leases_ended", "Leases that ended; submitted ones are labels.", labels=("how",)
    )
    for how, count in pulse.ended.items():
        ended.add_metric((how,), count)
    yield ended
    budget = GaugeMetricFamily(
        "maskloop_budget", "A project's budget.", labels=("project", "unit", "part")
    )
    for pot in pulse.budgets:
        for part, amount in (("spent", pot.spent), ("reserved", pot.reserved), ("left", pot.left)):
            budget.add_metric((pot.project, pot.unit.value, part), amount)
    yield budget
    speed = GaugeMetricFamily(
        "maskloop_training_steps_per_second",
        "Of the training that made a project's newest model.",
        labels=("project",),
    )
    for project, steps in pulse.steps_per_second.items():
        speed.add_metric((project,), steps)
    yield speed


@router.get("/metrics", response_class=Response, summary="Figures for Prometheus")
def exposition(_: Annotated[Principal, Depends(Admin())], request: Request) -> Response:
    """Return all figures as text; give Prometheus an admin's token, or the private port."""
    meters: Meters = request.app.state.meters
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)


@asynccontextmanager
async def on_private_port(app: FastAPI) -> AsyncIterator[None]:
    """Serve the figures at the port of the settings as well, if they name one."""
    settings = app.state.settings
    if settings.metrics_port is None:
        yield
        return
    server, thread = start_http_server(
        settings.metrics_port, settings.metrics_host, app.state.meters.registry
    )
    yield
    server.shutdown()
    server.server_close()
    thread.join()
