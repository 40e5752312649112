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
    number: int
    sha256: str


class ChainOut(Out):
    """What a walk along the project's chain of acts found."""

    entries: int
    broken_at: int | None
    reason: str | None


@router.get("/check", summary="Whether any act was changed or removed")
def check(who: Annotated[Caller, Depends(InProject(Role.LEAD))], session: SessionDep) -> ChainOut:
    """Walk the chain of hashes; name the first act that is not as it was written."""
    return ChainOut.model_validate(audit.check(session, who.project_id))


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
            number=row[0].number,
            sha256=row[0].sha256,
        ),
    )
