"""A project's class list and its versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import In, Out
from server.rules.errors import NotFound
from server.rules.images import MAX_CLASS_ID
from server.rules.roles import Role
from server.services import audit, classes

router = APIRouter(prefix="/projects/{project_id}/classes", tags=["classes"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


class ClassIn(In):
    """One class."""

    id: int = Field(ge=0, le=MAX_CLASS_ID)
    name: str = Field(min_length=1, max_length=100)
    colour: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")


class ClassesIn(In):
    """A whole class list."""

    classes: list[ClassIn] = Field(min_length=1, max_length=MAX_CLASS_ID + 1)


class ClassOut(Out):
    """One class."""

    id: int
    name: str
    colour: str


class ClassesOut(Out):
    """One version of the class list."""

    version: int
    classes: list[ClassOut]


@router.put("", summary="Add a version of the class list")
def put(who: Lead, given: ClassesIn, session: SessionDep) -> ClassesOut:
    """Add a version; earlier ones stay, for the masks that were drawn with them."""
    added = classes.put(session, who.project_id, [entry.model_dump() for entry in given.classes])
    audit.note(
        session,
        "classes.put",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=added.id,
        version=added.version,
    )
    return ClassesOut.model_validate(added)


@router.get("", summary="The newest class list")
def newest(who: Reader, session: SessionDep) -> ClassesOut:
    """Return the newest version; 404 before the first."""
    found = classes.newest(session, who.project_id)
    if found is None:
        raise NotFound
    return ClassesOut.model_validate(found)


@router.get("/{version}", summary="One version of the class list")
def get(version: Version, who: Reader, session: SessionDep) -> ClassesOut:
    """Return one version."""
    return ClassesOut.model_validate(classes.get(session, who.project_id, version))
