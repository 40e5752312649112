"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import text

import server
from server.api.deps import SessionDep
from server.api.gates import Public
from server.api.schemas import Out

router = APIRouter(tags=["health"])


class Health(Out):
    """The service answers."""

    status: str
    version: str


@router.get("/healthz", summary="Whether the process lives")
def alive(_: Annotated[None, Depends(Public())]) -> Health:
    """Answer without touching the database."""
    return Health(status="ok", version=server.__version__)


@router.get("/readyz", summary="Whether the database answers")
def ready(_: Annotated[None, Depends(Public())], session: SessionDep) -> Health:
    """Answer after one query; a database that is away is a 503."""
    session.execute(text("SELECT 1"))
    return Health(status="ok", version=server.__version__)
