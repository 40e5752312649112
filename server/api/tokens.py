"""Tokens for scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from server.api.deps import PageDep, SessionDep
from server.api.gates import SignedIn, Unbound
from server.api.schemas import In, Listing, Out, listing
from server.rules.errors import Forbidden
from server.rules.roles import Role
from server.services import access, tokens
from server.services.access import Principal

router = APIRouter(prefix="/tokens", tags=["tokens"])


class TokenIn(In):
    """A token to make."""

    name: str = Field(min_length=1, max_length=200)
    scopes: tuple[Literal["read", "write"], ...] = ("read", "write")
    project_id: UUID | None = None
    expires_in_days: int = Field(default=tokens.MAX_DAYS, ge=1, le=tokens.MAX_DAYS)


class TokenOut(Out):
    """A token without its secret."""

    id: UUID
    name: str
    scopes: list[str]
    project_id: UUID | None
    expires_at: datetime
    created_at: datetime


class NewTokenOut(TokenOut):
    """A token with its secret, which is shown here and never again."""

    token: str


@router.post("", status_code=status.HTTP_201_CREATED, summary="Make a token")
def create(
    who: Annotated[Principal, Depends(Unbound())], given: TokenIn, session: SessionDep
) -> NewTokenOut:
    """Make a token that acts for you, with at most the rights that this request has."""
    if given.project_id is not None:
        access.member(session, who, given.project_id, Role.ANNOTATOR)
    if not set(given.scopes) <= who.scopes:
        raise Forbidden("A token cannot make one with more scopes than it has.")
    made, secret = tokens.create(
        session,
        who.user,
        name=given.name,
        scopes=given.scopes,
        project_id=given.project_id,
        expires_in_days=given.expires_in_days,
    )
    shown = TokenOut.model_validate(made).model_dump()
    return NewTokenOut(**shown, token=secret)


@router.get("", summary="Your tokens")
def own(
    who: Annotated[Principal, Depends(Unbound())],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[TokenOut]:
    """Return a page of your tokens that are not revoked."""
    found = tokens.of_user(session, who.user.id, page)
    return listing(request, found, lambda row: TokenOut.model_validate(row[0]))


@router.delete("/{token_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Revoke a token")
def revoke(
    token_id: UUID, who: Annotated[Principal, Depends(SignedIn())], session: SessionDep
) -> None:
    """End one of your tokens for good."""
    tokens.revoke(session, token_id, user_id=who.user.id)
