"""Validation labels out of the rounds themselves: a random part of what the first ones ask for.

Drawn from all of the pool before the strategy chooses, so that they are of the pool as it is, and
not of its hardest images. An image that is drawn leaves the pool for good, before anybody has
labelled it: nothing ever trains on its label, which is paid for as any other of the round's.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Image, Round
from server.rules import plans
from server.rules.images import Split
from server.rules.items import drawn
from server.services import candidates


def draw(session: Session, round_: Round, names: Sequence[str]) -> frozenset[str]:
    """Return which of the pool's images the round asks for as validation.

    As many as the project still lacks of `validation_labels`, and at most half of the round's.
    """
    wanted = int(round_.config.get("validation_labels") or 0)
    if not wanted:
        return frozenset()
    has = candidates.count_labelled(session, round_.project_id, Split.VALIDATION)
    count = plans.validation(round_.k, wanted=wanted, has=has)
    taken = _names(session, round_.project_id)  # a name is there once in a split
    ordered = sorted(
        (drawn("validation", round_.seed, name), name) for name in names if name not in taken
    )
    return frozenset(name for _, name in ordered[:count])


def take(session: Session, image_id: UUID) -> None:
    """Move the image out of the pool."""
    image = session.get_one(Image, image_id, with_for_update=True)
    image.split = Split.VALIDATION


def _names(session: Session, project_id: UUID) -> set[str]:
    return set(
        session.scalars(
            select(Image.name).where(
                Image.project_id == project_id, Image.split == Split.VALIDATION
            )
        )
    )
