"""A round in which half of what people get has a known truth, and people at work in it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import Image, Item, Lease, Round
from server.rules.images import MaskOrigin, Split
from server.rules.items import ItemState, LeaseTimes, drawn
from server.rules.jobs import JobKind
from server.rules.roles import Role
from server.rules.rounds import RoundState
from server.services import (
    masks,
    results,
    truths,
)
from server.storage.local import LocalBlobs
from tests.rows import new_round
from tests.world import (
    TRAINED,
    World,
    finish_jobs,
    label_map,
    new_world,
    submit,
    take,
    to_labelling,
)

TIMES = LeaseTimes()
TRUTHS, ASKED = 10, 20


def finish(world: World) -> None:
    """Hand in what follows the labelling, so that another round may start."""
    for job in finish_jobs(world.session, world.project_id, kind=JobKind.RETRAIN):
        results.trained(world.session, job.id, TRAINED)
    for job in finish_jobs(world.session, world.project_id, kind=JobKind.EVALUATE):
        results.evaluated(world.session, job.id, [])


def checked_world(session: Session, blobs: LocalBlobs, patch: pytest.MonkeyPatch) -> World:
    """A project with known truths (all sky; the model says road) and a round with half hidden."""
    patch.setattr(truths, "drawn", draw_alike)
    world = new_world(session, blobs, pool=ASKED, grant=200)
    author, reviewer = world.add_person(), world.add_person(Role.REVIEWER)
    earlier = new_round(session, world.project_id)
    earlier.state = RoundState.CLOSED
    for _ in range(TRUTHS):
        image_id = world.add_image(Split.POOL)
        add_approved(world, earlier, image_id, author)
        truths.mark(session, image(world, image_id), actor_id=reviewer)
    to_labelling(world, k=ASKED, config={"hidden_share": 0.5})
    return world


def image(world: World, image_id: UUID) -> Image:
    return world.session.get_one(Image, image_id)


def item_of(world: World, lease: Lease) -> Item:
    return world.session.get_one(Item, lease.item_id)


def take_hidden(world: World, person: UUID) -> Lease:
    """Have the person label (rightly) until they hold a hidden item."""
    while not item_of(world, lease := take(world, person)).hidden:
        submit(world, lease, label_map(1))
    return lease


def work(world: World, person: UUID, label: int, *, count: int) -> list[Item]:
    """Have a person hand in so many items, all of one class; return them."""
    done = []
    for _ in range(count):
        lease = take(world, person)
        submit(world, lease, label_map(label))
        done.append(item_of(world, lease))
    return done


def draw_alike(*words: object) -> float:
    """Draw for everybody as for anybody: people's ids differ from run to run."""
    return drawn(*words[::3]) if words[0] == "hidden" else drawn(*words)


def add_approved(world: World, round_: Round, image_id: UUID, author: UUID) -> None:
    """Add a label, all sky, that an earlier round bought and a reviewer approved."""
    moment = now(world.session)
    guess = world.blobs.put(codecs.encode_png(label_map(0)))
    item = Item(
        project_id=world.project_id,
        round_id=round_.id,
        image_id=image_id,
        class_list_id=world.class_list_id,
        rank=1,
        score=0.5,
        state=ItemState.SUBMITTED,
        taken_by=author,
        prediction_sha256=guess,
        uncertainty_sha256=guess,
        approved_at=moment,
        created_at=moment,
    )
    world.session.add(item)
    world.session.flush()
    masks.add_revision(
        world.session,
        image_id=image_id,
        sha256=world.blobs.put(codecs.encode_png(label_map(1))),
        origin=MaskOrigin.HUMAN,
        class_list_id=world.class_list_id,
        author_id=author,
        item_id=item.id,
    )
