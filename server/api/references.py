"""Figures from elsewhere that a project's curve is read against."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import Field

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.metrics import ReferenceOut
from server.api.schemas import In
from server.rules.references import ReferenceKind
from server.rules.roles import Role
from server.services import audit, references

router = APIRouter(prefix="/projects/{project_id}/references", tags=["metrics"])

Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class ReferenceIn(In):
    """A test mIoU from 0 to 1, and where it comes from, for those who read the plot."""

    miou: float = Field(ge=0, le=1)
    origin: str = Field(min_length=1, max_length=200)


@router.put("/{kind}", summary="Enter a figure to compare with")
def put(kind: ReferenceKind, who: Lead, given: ReferenceIn, session: SessionDep) -> ReferenceOut:
    """Keep the figure; one that the project measures itself is shown in its place."""
    row = references.put(
        session,
        who.project_id,
        kind,
        miou=given.miou,
        origin=given.origin,
        actor_id=who.user_id,
    )
    audit.note(
        session,
        "reference.put",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=kind.value,
        miou=given.miou,
    )
    return ReferenceOut(kind=row.kind, miou=row.miou, origin=row.origin, model_version=None)


@router.delete(
    "/{kind}", status_code=status.HTTP_204_NO_CONTENT, summary="Forget an entered figure"
)
def drop(kind: ReferenceKind, who: Lead, session: SessionDep) -> None:
    """Forget the figure; 404 where none was entered."""
    references.drop(session, who.project_id, kind)
    audit.note(
        session,
        "reference.dropped",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=kind.value,
    )
