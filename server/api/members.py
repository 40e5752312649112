"""Members of a project."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import In, Listing, Out, listing
from server.api.sessions import UserOut
from server.api.users import NAME, LinkOut, link_out
from server.rules.errors import Forbidden
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


class InviteIn(MemberIn):
    """A person to add by their name; made where nobody has it."""

    name: str = NAME
    display_name: str | None = Field(default=None, min_length=1, max_length=200)


class InvitedOut(Out):
    """The new member; the link is there only for a person who was made for it."""

    member: MemberOut
    link: LinkOut | None


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


@router.post("", status_code=status.HTTP_201_CREATED, summary="Invite a person")
def invite(who: Lead, given: InviteIn, session: SessionDep) -> InvitedOut:
    """Add a person by name; someone new gets a link that signs them in once."""
    if who.principal.project_id is not None:
        raise Forbidden("A token of one project cannot add people: they may do more than it.")
    invited = members.invite(
        session,
        who.project_id,
        name=given.name,
        display_name=given.display_name,
        role=given.role,
        actor=who.principal.user,
    )
    member, user = invited.member, UserOut.model_validate(invited.user)
    audit.note(
        session,
        "member.invited",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=user.id,
        role=given.role.value,
    )
    return InvitedOut(
        member=MemberOut(user=user, role=member.role, created_at=member.created_at),
        link=None if invited.link is None else link_out(*invited.link),
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
