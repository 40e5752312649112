"""Members of a project."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import In, Listing, Out, listing
from server.api.sessions import UserOut
from server.rules.roles import Role
from server.services import audit, members, users

router = APIRouter(prefix="/projects/{project_id}/members", tags=["members"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class MemberIn(In):
    """A member's role."""

    role: Role


class MemberOut(Out):
    """A person and their role."""

    user: UserOut
    role: Role
    created_at: datetime


@router.get("", summary="Members")
def of_project(
    who: Reader, request: Request, page: PageDep, session: SessionDep
) -> Listing[MemberOut]:
    """Return a page of members, by name."""
    found = members.of_project(session, who.project_id, page)
    return listing(
        request,
        found,
        lambda row: MemberOut(user=row[1], role=row[0].role, created_at=row[0].created_at),
    )


@router.put("/{user_id}", summary="Add a member or change a role")
def put(user_id: UUID, who: Lead, given: MemberIn, session: SessionDep) -> MemberOut:
    """Set a person's role; only an admin makes or unmakes a lead."""
    user = users.get(session, user_id)
    member = members.put(
        session, who.project_id, user_id, role=given.role, actor=who.principal.user
    )
    audit.note(
        session,
        "member.put",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=user_id,
        role=given.role.value,
    )
    return MemberOut(
        user=UserOut.model_validate(user), role=member.role, created_at=member.created_at
    )


@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a member")
def remove(user_id: UUID, who: Lead, session: SessionDep) -> None:
    """End a membership, from the person's next request on."""
    members.remove(session, who.project_id, user_id, actor=who.principal.user)
    audit.note(
        session,
        "member.removed",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=user_id,
    )
