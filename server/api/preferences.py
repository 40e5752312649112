"""A person's own preferences: language, theme, keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from server.api.deps import SessionDep
from server.api.gates import SignedIn
from server.api.schemas import In
from server.services import preferences
from server.services.access import Principal

router = APIRouter(prefix="/preferences", tags=["preferences"])

Who = Annotated[Principal, Depends(SignedIn())]
Command = Annotated[str, Field(pattern=r"^[A-Za-z0-9.]{1,40}$")]


class KeyIn(In):
    """A key by its place on the keyboard (`KeyboardEvent.code`)."""

    code: str = Field(pattern=r"^[A-Za-z0-9]{1,30}$")
    ctrl: bool = False
    shift: bool = False
    alt: bool = False


class PreferencesIn(In):
    """What to set; a name that is left out stays, null is the default again."""

    language: Literal["en", "ko", "zh"] | None = None
    theme: Literal["dark", "light"] | None = None
    keys: dict[Command, Annotated[list[KeyIn], Field(max_length=4)]] | None = Field(
        default=None, max_length=100
    )
    """Keys of commands that differ from the usual ones."""
    toured: bool | None = None
    """Whether the person has seen the tour, or does not want to."""


@router.get("", summary="Your preferences")
def get(who: Who, session: SessionDep) -> dict[str, Any]:
    """Return what you have set."""
    return preferences.get(session, who.user.id)


@router.patch("", summary="Change your preferences")
def change(who: Who, given: PreferencesIn, session: SessionDep) -> dict[str, Any]:
    """Set the given names; they hold wherever you sign in."""
    values = given.model_dump(exclude_unset=True)
    return preferences.change(session, who.user.id, values)
