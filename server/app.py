"""Builds the HTTP application: engine, storage, queue, routes, errors, web UI."""

from __future__ import annotations

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI

import server
from server.api import (
    advice,
    aids,
    allowances,
    audit,
    browsers,
    budgets,
    classes,
    drafts,
    errors,
    events,
    evidence,
    exports,
    formats,
    health,
    images,
    imports,
    items,
    jobs,
    masks,
    measurements,
    members,
    metrics,
    models,
    monitoring,
    oidc,
    openapi,
    pages,
    people,
    preferences,
    projects,
    promotions,
    references,
    reports,
    reviews,
    round_acts,
    rounds,
    schedules,
    sessions,
    submissions,
    tokens,
    truths,
    uploads,
    users,
    webhooks,
)
from server.api.deps import WRITERS
from server.api.middleware import Envelope
from server.api.monitoring import Meters
from server.api.throttle import open_throttles
from server.broker import CeleryQueue
from server.db.engine import make_engine, make_sessions
from server.oidc.choice import open_sign_in
from server.services.unit_of_work import JobQueue
from server.settings import Settings
from server.storage.choice import open_blobs

PREFIX = "/api/v1"
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    monitoring.router,
    sessions.router,
    oidc.router,
    browsers.router,
    users.router,
    tokens.router,
    members.router,
    classes.router,
    budgets.router,
    allowances.router,
    audit.router,
    metrics.router,
    advice.router,
    evidence.router,
    measurements.router,
    references.router,
    reports.router,
    people.router,
    projects.router,
    uploads.router,
    imports.router,
    exports.router,
    formats.router,
    images.router,
    masks.router,
    truths.router,
    rounds.router,
    round_acts.router,
    items.router,
    aids.router,
    drafts.router,
    submissions.router,
    reviews.router,
    preferences.router,
    models.router,
    openapi.router,
    promotions.router,
    events.router,
    jobs.router,
    schedules.router,
    webhooks.router,
)


def create_app(settings: Settings | None = None, queue: JobQueue | None = None) -> FastAPI:
    """Return the application; also the factory of `uvicorn --factory server.app:create_app`."""
    settings = settings or Settings()
    app = FastAPI(
        title="Maskloop",
        version=server.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=monitoring.on_private_port,
    )
    engine = make_engine(settings.sql_url)
    app.state.settings = settings
    app.state.engine = engine
    app.state.sessions = make_sessions(engine)
    app.state.meters = Meters(app.state.sessions)
    app.state.writers = CapacityLimiter(WRITERS)
    app.state.throttles = open_throttles(settings)
    app.state.sign_in = open_sign_in(settings)
    app.state.blobs = open_blobs(settings)
    app.state.queue = queue or CeleryQueue(settings.broker_url, app.state.sessions)
    for router in ROUTERS:
        app.include_router(
            router,
            prefix=PREFIX,
            responses=openapi.REFUSALS,
            generate_unique_id_function=openapi.operation_id,
        )
    errors.install(app)
    app.add_middleware(Envelope, max_body_bytes=settings.max_body_bytes, meters=app.state.meters)
    app.router.default = pages.installed()
    return app
