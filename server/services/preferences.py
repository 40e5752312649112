"""What people prefer, kept with the person and not with a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Preference, User


def get(session: Session, user_id: UUID) -> dict[str, Any]:
    """Return what the person has set; what is missing is the default."""
    row = _row(session, user_id)
    return {} if row is None else dict(row.values)


def change(session: Session, user_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the names that are given and leave the others; None sets one back to its default."""
    session.get_one(User, user_id, with_for_update=True)  # two browsers, one after the other
    moment = now(session)
    row = _row(session, user_id)
    if row is None:
        row = Preference(user_id=user_id, values={}, updated_at=moment)
        session.add(row)
    merged = {**row.values, **values}
    row.values = {name: value for name, value in merged.items() if value is not None}
    row.updated_at = moment
    session.flush()
    return dict(row.values)


def _row(session: Session, user_id: UUID) -> Preference | None:
    return session.scalar(select(Preference).where(Preference.user_id == user_id))
