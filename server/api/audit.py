"""Who did what in a project."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import Listing, Out, listing
from server.rules.roles import Role
from server.services import audit

router = APIRouter(prefix="/projects/{project_id}/audit", tags=["audit"])


class AuditOut(Out):
    """One act."""

    id: UUID
    act: str
    actor: str | None
    subject: str
    details: dict[str, Any]
    at: datetime


@router.get("", summary="Who did what")
def entries(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[AuditOut]:
    """Return a page of acts, newest first."""
    found = audit.entries(session, who.project_id, page)
    return listing(
        request,
        found,
        lambda row: AuditOut(
            id=row[0].id,
            act=row[0].act,
            actor=row[1],
            subject=row[0].subject,
            details=row[0].details,
            at=row[0].at,
        ),
    )
