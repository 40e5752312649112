"""A round's queue: the items of the images that it chose, in the order in which people get them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Item, Round
from server.rules.items import ItemState, places, starts_blank
from server.services import overlap
from server.services.regions import Box


@dataclass(frozen=True)
class Chosen:
    """One image that the round asks for, with the model's guess for a person to correct."""

    image_id: UUID
    name: str
    score: float
    rank: int
    reason: str
    prediction_sha256: str
    uncertainty_sha256: str
    second_sha256: str | None = None
    chances_sha256: str | None = None
    superpixels_sha256: str | None = None
    regions: Sequence[Box] = ()
    """What is asked for; none: the whole image."""
    for_validation: bool = False


def fill(session: Session, round_: Round, choices: Sequence[Chosen]) -> None:
    """Add the items of every choice, one for each person who is to label it.

    Places are kept free for hidden items, which `truths` adds as people take them.
    """
    assert round_.class_list_id is not None
    moment, seed, config = now(session), round_.seed, round_.config
    ranked = sorted(choices, key=lambda choice: choice.rank)
    hides = 0.0 if any(each.regions for each in choices) else config.get("hidden_share", 0.0)
    queue, _ = places(len(ranked), seed=seed, hidden_share=hides)
    people = overlap.people_by_image(config, [choice.name for choice in ranked], seed=seed)
    for place, choice in zip(queue, ranked, strict=True):
        for slot in range(people[choice.name]):
            session.add(
                Item(
                    project_id=round_.project_id,
                    round_id=round_.id,
                    image_id=choice.image_id,
                    class_list_id=round_.class_list_id,
                    slot=slot,
                    slots=people[choice.name],
                    rank=place,
                    score=choice.score,
                    state=ItemState.OPEN,
                    fence=0,
                    # A guess to start from would make validation kinder to who made it.
                    blank=choice.for_validation
                    or starts_blank(choice.name, seed=seed, share=config.get("blank_share", 0.0)),
                    prediction_sha256=choice.prediction_sha256,
                    uncertainty_sha256=choice.uncertainty_sha256,
                    second_sha256=choice.second_sha256,
                    chances_sha256=choice.chances_sha256,
                    superpixels_sha256=choice.superpixels_sha256,
                    created_at=moment,
                )
            )
