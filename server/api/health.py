"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import text

import server
from server.api.deps import BlobsDep, SessionDep
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


@router.get("/readyz", summary="Whether database and storage can be relied on")
def ready(_: Annotated[None, Depends(Public())], session: SessionDep, blobs: BlobsDep) -> Health:
    """Answer after one query; a database that is away or a disk that has failed is a 503."""
    session.execute(text("SELECT 1"))
    blobs.check()
    return Health(status="ok", version=server.__version__)
