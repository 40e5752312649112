"""How enumerations are stored: as their text, so that a new member is no ALTER TYPE."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Enum


def text_enum(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the member's value as text."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )
