"""A project with three small street pictures that wait for correction, in a real database."""

from __future__ import annotations

import io
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from PIL import Image as Picture
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Image, Item
from server.rules.images import VOID, Split
from server.rules.roles import Role
from server.services import users
from server.storage.local import LocalBlobs
from tests.world import new_world, to_labelling

WIDTH, HEIGHT = 157, 101
"""Odd on purpose: a canvas that rounds its size somewhere shows it."""
POOL = 3


@dataclass(frozen=True)
class Street:
    """What the tests ask about."""

    project_id: UUID
    login_path: str
    guess: codecs.Labels


def new_street(session: Session, blobs: LocalBlobs, *, pool: int = POOL) -> Street:
    """Make the project and a lead who has not used the login link yet."""
    world = new_world(session, blobs, pool=pool, grant=pool + 2)
    round_id = to_labelling(world, k=pool)
    guess = _guess()
    prediction = blobs.put(codecs.encode_png(guess))
    uncertainty = blobs.put(_png(_uncertainty(guess)))
    images = select(Image).where(Image.project_id == world.project_id, Image.split == Split.POOL)
    for number, image in enumerate(session.scalars(images)):
        image.width, image.height = WIDTH, HEIGHT
        image.sha256 = blobs.put(_png(_picture(number)))
    for item in session.scalars(select(Item).where(Item.round_id == round_id)):
        item.prediction_sha256 = prediction
        item.uncertainty_sha256 = uncertainty
    lead = world.add_person(Role.LEAD)
    secret, _ = users.login_link(session, lead)
    return Street(world.project_id, f"/login#{secret}", guess)


def _guess() -> codecs.Labels:
    """Sky over road, with a wrong patch in each and some void at the edge."""
    labels = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    labels[:50] = 1
    labels[20:35, 30:60] = 0
    labels[70:90, 100:130] = 1
    labels[:, -3:] = VOID
    return labels


def _picture(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rng = np.random.default_rng(seed)
    return rng.integers(60, 200, size=(HEIGHT, WIDTH, 3), dtype=np.uint8)


def _uncertainty(guess: codecs.Labels) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """At a quarter of the size, high round the two patches."""
    score = np.full_like(guess, 20)
    score[15:40, 25:65] = 240
    score[65:95, 95:135] = 180
    return score[::4, ::4]


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    out = io.BytesIO()
    Picture.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
