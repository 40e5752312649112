"""A project with classes, images, people and a round that is being labelled, made by services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import (
    Budget,
    ClassList,
    DomainRow,
    Image,
    Job,
    Lease,
    LedgerEntry,
    Member,
    Model,
    User,
)
from server.rules.budgets import EntryKind
from server.rules.images import Domain, MaskOrigin, Split
from server.rules.items import LeaseTimes
from server.rules.jobs import JobKind, JobState
from server.rules.roles import Role
from server.services import budgets, items, masks, queues, results, rounds, submissions
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.rows import new_project

WIDTH, HEIGHT = 6, 4
NO_EFFORT = Effort()


def label_map(value: int = 0) -> codecs.Labels:
    """A map of the world's image size, all of one class."""
    return np.full((HEIGHT, WIDTH), value, dtype=np.uint8)


@dataclass
class World:
    """Ids of what was made; build on with the methods."""

    session: Session
    blobs: LocalBlobs
    project_id: UUID
    class_list_id: UUID
    domains: dict[Domain, UUID]
    people: list[UUID] = field(default_factory=list)
    images: list[UUID] = field(default_factory=list)

    def add_person(self, role: Role = Role.ANNOTATOR) -> UUID:
        """Add a member."""
        moment = now(self.session)
        person = User(name=f"person {len(self.people)} {self.project_id}", display_name="P")
        person.created_at = moment
        self.session.add(person)
        self.session.flush()
        self.session.add(
            Member(project_id=self.project_id, user_id=person.id, role=role, created_at=moment)
        )
        self.people.append(person.id)
        return person.id

    def add_image(self, split: Split, *, label: int | None = None) -> UUID:
        """Add an image, labelled all over with one class if asked."""
        domain = Domain.SOURCE if split is Split.TRAIN else Domain.TARGET
        number = len(self.images)
        image = Image(
            project_id=self.project_id,
            domain_id=self.domains[domain],
            split=split,
            name=f"{split}-{number:03d}",
            sha256=f"{number:064x}",
            media_type="image/png",
            width=WIDTH,
            height=HEIGHT,
            bytes=1,
            created_at=now(self.session),
        )
        self.session.add(image)
        self.session.flush()
        self.images.append(image.id)
        if label is not None:
            masks.add_revision(
                self.session,
                image_id=image.id,
                sha256=self.blobs.put(codecs.encode_png(label_map(label))),
                origin=MaskOrigin.IMPORT,
                class_list_id=self.class_list_id,
            )
        return image.id


def new_world(
    session: Session, blobs: LocalBlobs, *, pool: int = 5, source: int = 1, grant: int = 10
) -> World:
    """Make a project that is ready to start a round."""
    project = new_project(session)
    moment = now(session)
    classes = [
        {"id": 0, "name": "road", "colour": "#804080"},
        {"id": 1, "name": "sky", "colour": "#4682b4"},
    ]
    class_list = ClassList(project_id=project.id, version=1, classes=classes, created_at=moment)
    domains = [DomainRow(project_id=project.id, kind=kind) for kind in Domain]
    session.add_all([class_list, *domains])
    session.flush()
    world = World(session, blobs, project.id, class_list.id, {row.kind: row.id for row in domains})
    for _ in range(source):
        world.add_image(Split.TRAIN, label=0)
    for _ in range(pool):
        world.add_image(Split.POOL)
    if grant:
        budgets.grant(session, project.id, amount=grant, actor_id=None)
    return world


def finish_jobs(session: Session, project_id: UUID, *, kind: JobKind) -> list[Job]:
    """Mark the queued jobs of a kind as done, as a worker would after its results."""
    jobs = list(
        session.scalars(
            select(Job).where(
                Job.project_id == project_id, Job.kind == kind, Job.state == JobState.QUEUED
            )
        )
    )
    for job in jobs:
        job.state = JobState.SUCCEEDED
    session.flush()
    return jobs


TRAINED = results.Trained(
    files={"model.safetensors": "a" * 64},
    snapshot_sha256="b" * 64,
    labels_spent=0,
    seconds=1.0,
    metrics=[("loss/total", 1, 0.5)],
)


def start_round(
    world: World, *, k: int, config: Mapping[str, object] = MappingProxyType({})
) -> UUID:
    """Create and start a round; return its id."""
    made = rounds.create(
        world.session,
        world.project_id,
        k=k,
        strategy="entropy",
        seed=0,
        config=dict(config),
        reason="test",
        created_by=None,
    )
    rounds.start(world.session, made.id, actor_id=None)
    return made.id


def to_labelling(
    world: World, *, k: int, config: Mapping[str, object] = MappingProxyType({})
) -> UUID:
    """Start a round and hand in what its jobs would: the round then waits for labels."""
    session = world.session
    round_id = start_round(world, k=k, config=config)
    for job in finish_jobs(session, world.project_id, kind=JobKind.WARM_UP):
        results.trained(session, job.id, TRAINED)
    for job in finish_jobs(session, world.project_id, kind=JobKind.ACQUIRE):
        ids = [UUID(each) for each in job.params["image_ids"]]
        results.scored(session, job.id, {each: 1 / (2 + n) for n, each in enumerate(ids)})
    model = session.scalars(select(Model).where(Model.project_id == world.project_id)).first()
    assert model is not None
    guess = world.blobs.put(codecs.encode_png(label_map(0)))
    pool = session.scalars(
        select(Image)
        .where(Image.project_id == world.project_id, Image.split == Split.POOL)
        .order_by(Image.name)
    ).all()
    labelled = [image for image in pool if masks.newest(session, image.id) is None]
    choices = [
        queues.Chosen(image.id, image.name, 0.5, rank, "top", guess, guess)
        for rank, image in enumerate(labelled[:k], start=1)
    ]
    [job] = finish_jobs(session, world.project_id, kind=JobKind.SELECT)
    results.chosen(session, job.id, choices, candidates=[(image.name, 0.5) for image in labelled])
    return round_id


def ledger_matches(session: Session, project_id: UUID) -> bool:
    """Whether the counters of every pot are what the ledger's entries sum up to."""
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.project_id == project_id)).all()
    sums: dict[tuple[str, str], list[int]] = {}
    raises = {EntryKind.GRANT: 1, EntryKind.TRANSFER_IN: 1}
    lowers = {EntryKind.WITHDRAW: -1, EntryKind.TRANSFER_OUT: -1}
    for entry in entries:
        pot = sums.setdefault((entry.unit, entry.holder), [0, 0, 0])
        pot[0] += {**raises, **lowers}.get(entry.kind, 0) * entry.amount
        pot[1] += entry.amount if entry.kind in (EntryKind.SPEND, EntryKind.CHARGE) else 0
        pot[2] += entry.amount if entry.kind is EntryKind.RESERVE else -entry.closes
    rows = session.scalars(
        select(Budget)
        .where(Budget.project_id == project_id)
        .execution_options(populate_existing=True)
    )
    return sums == {(row.unit, row.holder): [row.granted, row.spent, row.reserved] for row in rows}


def take(world: World, person: UUID, *, prefetch: bool = False) -> Lease:
    """Take the person's next item; there must be one."""
    lease = items.take(
        world.session, world.project_id, user_id=person, prefetch=prefetch, times=LeaseTimes()
    )
    assert lease is not None
    return lease


def submit(
    world: World, lease: Lease, labels: codecs.Labels, effort: Effort = NO_EFFORT
) -> submissions.Submission | submissions.Kept:
    """Submit the leased item."""
    return submissions.submit(
        world.session,
        world.blobs,
        lease.item_id,
        user_id=lease.user_id,
        lease_id=lease.id,
        labels=labels,
        effort=effort,
        times=LeaseTimes(),
    )


def label(world: World, count: int) -> None:
    """Have one new person label so many items."""
    person = world.add_person()
    for _ in range(count):
        submit(world, take(world, person), label_map(1))
