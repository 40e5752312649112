"""Hidden truth: images whose right label is known, mixed into people's queues as any other.

What a person draws of one is kept apart and scored; it is never the image's mask, so nothing
trains on it, and it buys no label.
"""

from __future__ import annotations

from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server import codecs
from server.codecs import Labels
from server.db.engine import now
from server.db.models import Image, Item, Mask, Round, Truth, TruthScore
from server.rules.errors import Conflict, NotFound
from server.rules.images import VOID
from server.rules.items import ItemState, drawn, nearest_free, places, starts_blank
from server.rules.standing import THRESHOLD, Standing, standing
from server.services import budgets, effort, masks, projects, webhooks
from server.services.paging import Page, PageQuery, by_id, fetch
from server.storage.base import BlobStore

Area = NDArray[np.bool_]

EDGE = 0.0025
"""Of the image's diagonal: pixels this close to an edge of the truth are not scored."""

MOST_DRAWN_FROM = 500
"""Truths that one draw looks at."""


def mark(session: Session, image: Image, *, actor_id: UUID) -> Truth:
    """Let people's labels of the image be compared with its mask, which a reviewer approved.

    Raises:
        Conflict: It has no approved mask, only windows of one, or is marked already.
    """
    session.get_one(Image, image.id, with_for_update=True)
    if of_image(session, image.id) is not None:
        raise Conflict("This image is marked already.", field="image")
    mask = masks.newest(session, image.id)
    item = None if mask is None or mask.item_id is None else session.get(Item, mask.item_id)
    if mask is None or item is None or item.approved_at is None:
        raise Conflict("Only a mask that a reviewer approved is a known truth.", field="image")
    if "regions" in (session.get_one(Round, item.round_id).manifest or {}):
        raise Conflict("Only windows of this image are labelled.", field="image")
    made = Truth(
        project_id=image.project_id,
        image_id=image.id,
        mask_id=mask.id,
        item_id=item.id,
        marked_by=actor_id,
        created_at=now(session),
    )
    session.add(made)
    session.flush()
    return made


def unmark(session: Session, image_id: UUID) -> None:
    """Give the image to nobody more; scores that were made stay."""
    found = of_image(session, image_id)
    if found is None:
        raise NotFound
    session.delete(found)


def of_image(session: Session, image_id: UUID) -> Truth | None:
    """Return the image's known truth."""
    return session.scalar(select(Truth).where(Truth.image_id == image_id))


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (truth, the image's name, scores, their mean or None), newest first."""
    of_image = select(TruthScore).where(TruthScore.image_id == Truth.image_id).correlate(Truth)
    statement = (
        select(
            Truth,
            Image.name,
            of_image.with_only_columns(func.count(TruthScore.id)).scalar_subquery(),
            of_image.with_only_columns(func.avg(TruthScore.score)).scalar_subquery(),
        )
        .join(Image, Image.id == Truth.image_id)
        .where(Truth.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(Truth.id)], newest_first=True)


def draw(session: Session, round_: Round, *, user_id: UUID, instead_of: Item) -> Item | None:
    """Return a hidden item for the person in the place of the one that is next, or None.

    Whether it is one depends on the truths' masks, which nobody who labels can see, and not on
    when or how often they ask: giving an item back and taking again tells nothing.
    """
    share = float(round_.config.get("hidden_share", 0.0))
    manifest = round_.manifest or {}
    if share == 0.0 or "regions" in manifest:
        return None
    if budgets.balance(session, round_.project_id).left < 1:
        return None
    truth, mask = _next_truth(session, instead_of, user_id) or (None, None)
    had = session.scalars(
        select(Item).where(Item.round_id == round_.id, Item.taken_by == user_id)
    ).all()
    if truth is None or mask is None or drawn("hidden", mask.sha256, user_id, len(had)) >= share:
        return None
    _, kept = places(len(manifest["chosen"]), seed=round_.seed, hidden_share=share)
    used = [item.rank for item in had if item.hidden]
    place = nearest_free(kept, used, at=instead_of.rank)
    return None if place is None else _make_item(session, round_, truth, user_id, place)


def submitted(session: Session, blobs: BlobStore, item: Item, labels: Labels) -> None:
    """Score the person's label, and tell the lead's services when it was the one too many."""
    truth = of_image(session, item.image_id)
    if truth is None:
        return  # nobody compares with it any more
    known = codecs.decode_png_labels(blobs.read(session.get_one(Mask, truth.mask_id).sha256))
    by_class = effort.iou_by_class(effort.confusion(labels, away_from_edges(known)))
    score = effort.mean(by_class.values())
    if score is None or item.taken_by is None:
        return
    before = standing_of(session, item.project_id, item.taken_by)
    found = session.scalar(select(TruthScore).where(TruthScore.item_id == item.id))
    if found is None:
        found = TruthScore(
            project_id=item.project_id,
            image_id=item.image_id,
            item_id=item.id,
            user_id=item.taken_by,
            created_at=now(session),
        )
        session.add(found)
    found.score, found.by_class = score, [list(pair) for pair in by_class.items()]
    session.flush()
    after = standing_of(session, item.project_id, item.taken_by)
    if after and after.flagged_after and not (before and before.flagged_after):
        webhooks.emit(
            session, item.project_id, "person.flagged", user=str(item.taken_by), mean=after.mean
        )


def standing_of(session: Session, project_id: UUID, user_id: UUID) -> Standing | None:
    """Return what all of a person's scores say against what the project asks for."""
    scores = session.scalars(
        select(TruthScore.score)
        .where(TruthScore.project_id == project_id, TruthScore.user_id == user_id)
        .order_by(TruthScore.id)
    ).all()
    return standing(scores, threshold=threshold(session, project_id))


def threshold(session: Session, project_id: UUID) -> float:
    """Return the mean score that the project asks for."""
    settings = projects.get(session, project_id).settings
    return float(settings.get("hidden_threshold", THRESHOLD))


def away_from_edges(truth: Labels) -> Labels:
    """Return the truth with void along the edges of its classes, where good people differ too."""
    width = round(EDGE * float(np.hypot(*truth.shape)))
    if width == 0:
        return truth
    edge = _edges(truth)
    for _ in range(width - 1):
        edge = _grown(edge)
    kept = truth.copy()
    kept[edge] = VOID
    return kept


def _edges(labels: Labels) -> Area:
    """Return the pixels with a neighbour of another class."""
    edge = np.zeros(labels.shape, dtype=bool)
    down, right = labels[1:] != labels[:-1], labels[:, 1:] != labels[:, :-1]
    edge[1:] |= down
    edge[:-1] |= down
    edge[:, 1:] |= right
    edge[:, :-1] |= right
    return edge


def _grown(area: Area) -> Area:
    """Return the area with the pixels beside it."""
    grown = area.copy()
    grown[1:] |= area[:-1]
    grown[:-1] |= area[1:]
    grown[:, 1:] |= area[:, :-1]
    grown[:, :-1] |= area[:, 1:]
    return grown


def _next_truth(session: Session, like: Item, user_id: UUID) -> tuple[Truth, Mask] | None:
    """Return a truth that the person neither drew nor got, in an order of their own.

    It comes with the aids that the round's items have: others would tell.
    """
    theirs = aliased(Mask)
    aids = (Item.second_sha256, Item.chances_sha256, Item.superpixels_sha256)
    drew = select(theirs.id).where(theirs.image_id == Truth.image_id, theirs.author_id == user_id)
    own = aliased(Item)
    had = select(own.id).where(own.image_id == Truth.image_id, own.taken_by == user_id)
    rows = session.execute(
        select(Truth, Mask)
        .join(Mask, Mask.id == Truth.mask_id)
        .join(Item, Item.id == Truth.item_id)
        .where(Truth.project_id == like.project_id, ~drew.exists(), ~had.exists())
        .where(*(aid.is_(None) == (getattr(like, aid.key) is None) for aid in aids))
        .order_by(Truth.id)
        .limit(MOST_DRAWN_FROM)
    )
    found = [(row[0], row[1]) for row in rows]
    return min(found, key=lambda row: drawn(row[1].sha256, user_id, row[0].id), default=None)


def _make_item(session: Session, round_: Round, truth: Truth, user_id: UUID, place: int) -> Item:
    """Add an item that looks like the round's others and is for this person alone."""
    before = session.get_one(Item, truth.item_id)
    image = session.get_one(Image, truth.image_id)
    blank_share = float(round_.config.get("blank_share", 0.0))
    assert round_.class_list_id is not None
    made = Item(
        project_id=round_.project_id,
        round_id=round_.id,
        image_id=truth.image_id,
        class_list_id=round_.class_list_id,
        hidden=True,
        taken_by=user_id,
        rank=place,
        score=before.score,
        state=ItemState.OPEN,
        fence=0,
        blank=starts_blank(image.name, seed=round_.seed, share=blank_share),
        prediction_sha256=before.prediction_sha256,
        uncertainty_sha256=before.uncertainty_sha256,
        second_sha256=before.second_sha256,
        chances_sha256=before.chances_sha256,
        superpixels_sha256=before.superpixels_sha256,
        created_at=now(session),
    )
    session.add(made)
    session.flush()
    return made
