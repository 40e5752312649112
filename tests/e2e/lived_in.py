"""An installation after weeks of work: something to see on every page, and an empty project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from server.db.base import Base, UtcDateTime
from server.db.engine import now
from server.db.models import (
    Group,
    Image,
    Item,
    Job,
    JobLine,
    Mask,
    Member,
    Metric,
    Model,
    TruthScore,
    User,
)
from server.rules.images import Split
from server.rules.items import ItemState
from server.rules.jobs import JobKind
from server.rules.references import ReferenceKind
from server.rules.roles import Role
from server.services import references, reviews, truths, users
from server.services.unit_of_work import unit_of_work
from server.storage.local import LocalBlobs
from tests.e2e.automated import automate
from tests.e2e.jobs_of_all_kinds import bring_in, send_out, work_on
from tests.e2e.measured import Form, Measured, new_measured
from tests.rows import new_project
from tests.servers.jobs import do_queued
from tests.servers.queue import RecordingQueue
from worker.context import Resources

PEOPLE = ("Kim Min-ji", "Noah Weber", "Li Wei", "Amara Diallo")
LEAD = "Mina Park"
STEPS = range(0, 400, 10)


@dataclass(frozen=True)
class LivedIn:
    """What is where."""

    facts: Measured
    empty_project: UUID
    logins: Mapping[str, str]
    """The path that signs in, once, the lead, the reviewer and an annotator."""
    image: UUID
    model: UUID
    training: UUID
    import_job: UUID
    failed_job: UUID
    running_job: UUID


def live_in(
    resources: Resources, queue: RecordingQueue, folder: Path, size: tuple[int, int]
) -> LivedIn:
    """Fill an installation; its settings must allow imports from the folder."""
    blobs = LocalBlobs(resources.settings.blob_folder)
    with unit_of_work(resources.sessions, RecordingQueue()) as session:
        form = Form(
            pool=32,
            size=size,
            people=len(PEOPLE) - 1,
            measured=(Split.TEST, Split.VALIDATION),
            next_day=partial(grow_older, session, timedelta(days=3, hours=2)),
        )
        facts = new_measured(session, blobs, folder / "scenes", form)
        grow_older(session, timedelta(minutes=50))
        name_people(session, facts)
        group_images(session, facts)
        judge(session, facts)
        add_losses(session, facts)
        empty = new_project(session)
        empty.name = "Depot at night"
        automate(session, facts)
        logins = {
            "lead": facts.login_path,
            "reviewer": sign_in_path(session, PEOPLE[-1]),
            "annotator": sign_in_path(session, PEOPLE[0]),
        }
        newest = session.scalars(select(Model).order_by(Model.id.desc()).limit(1)).one()
        image = session.scalars(select(Mask.image_id).where(Mask.item_id.is_not(None))).first()
        assert image is not None
    with unit_of_work(resources.sessions, queue) as session:
        brought_in = bring_in(session, facts, folder / "brought")
        send_out(session, blobs, facts)
    do_queued(resources, queue)
    with unit_of_work(resources.sessions, RecordingQueue()) as session:
        failed, running = work_on(session, facts)
    return LivedIn(
        facts,
        empty.id,
        logins,
        image=image,
        model=newest.id,
        training=newest.job_id,
        import_job=brought_in,
        failed_job=failed,
        running_job=running,
    )


def grow_older(session: Session, age: timedelta) -> None:
    """Move all that has happened into the past, but the chain of acts: its hashes hold times."""
    session.flush()
    back = f"-{age.total_seconds():.0f} seconds"
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("audit"):
            continue
        for column in table.columns:
            if isinstance(column.type, UtcDateTime):
                session.execute(
                    text(
                        f"UPDATE {table.name} SET {column.name} = "
                        f"strftime('%Y-%m-%d %H:%M:%f000', {column.name}, :back) "
                        f"WHERE {column.name} IS NOT NULL"
                    ),
                    {"back": back},
                )
    session.expire_all()


def name_people(session: Session, facts: Measured) -> None:
    """Give the project's people names that one can tell apart."""
    *others, lead = facts.streets.world.people
    for person_id, name in zip([*others, lead], [*PEOPLE, LEAD], strict=True):
        person = session.get_one(User, person_id)
        person.display_name, person.name = name, name.lower().replace(" ", "-")
    session.get_one(User, lead).is_admin = True
    for member in session.scalars(select(Member).where(Member.user_id == others[-1])):
        member.role = Role.REVIEWER
    gone = users.create(session, name="old-station", display_name="Old station")
    gone.disabled_at = now(session)
    session.flush()


def sign_in_path(session: Session, name: str) -> str:
    """Return the path that signs a person in."""
    person = session.scalars(select(User).where(User.display_name == name)).one()
    secret, _ = users.login_link(session, person.id)
    return f"/login#{secret}"


def group_images(session: Session, facts: Measured) -> None:
    """Group the images by their camera."""
    found: dict[str, Group] = {}
    for image in session.scalars(select(Image).where(Image.project_id == facts.project_id)):
        camera, _, number = image.name.partition("_")
        if number and camera.startswith("cam"):
            if camera not in found:
                found[camera] = Group(project_id=facts.project_id, name=camera)
                session.add(found[camera])
                session.flush()
            image.group_id = found[camera].id


def judge(session: Session, facts: Measured) -> None:
    """Have labels reviewed, one returned; have known truths asked about, and figures to compare."""
    reviewer = session.scalars(select(User).where(User.display_name == PEOPLE[-1])).one()
    done = session.scalars(
        select(Item).where(
            Item.project_id == facts.project_id,
            Item.state == ItemState.SUBMITTED,
        )
    ).all()
    for number, item in enumerate(done[:-3]):
        revision = newest_revision(session, item)
        if number == len(done) - 5:
            remark: reviews.Remark = {"x": 60, "y": 90, "text": "The kerb belongs to the sidewalk"}
            reviews.give_back(
                session, item.id, reviewer_id=reviewer.id, replaces=revision, remarks=[remark]
            )
            continue
        reviews.approve(session, item.id, reviewer_id=reviewer.id, replaces=revision)
        if number < 3:
            truths.mark(session, session.get_one(Image, item.image_id), actor_id=facts.lead)
        add_truth_scores(session, facts, item, number)
    for kind, miou, origin in (
        (ReferenceKind.SOURCE_ONLY, 0.222, "last year's model"),
        (ReferenceKind.FULL_LABELS, 0.862, "all 406 labels"),
    ):
        references.put(
            session, facts.project_id, kind, miou=miou, origin=origin, actor_id=facts.lead
        )


def newest_revision(session: Session, item: Item) -> int:
    return session.scalars(select(func.max(Mask.revision)).where(Mask.item_id == item.id)).one()


def add_truth_scores(session: Session, facts: Measured, item: Item, number: int) -> None:
    """Have everyone asked about the image; one of them is often wrong."""
    for place, person in enumerate(facts.streets.world.people[:3]):
        low = 0.55 if place == 2 else 0.86
        session.add(
            TruthScore(
                project_id=facts.project_id,
                image_id=item.image_id,
                item_id=item.id,
                user_id=person,
                score=low + 0.02 * (number % 6),
                by_class=[[0, low], [1, low]],
                created_at=now(session),
            )
        )


def add_losses(session: Session, facts: Measured) -> None:
    """Give each training its course, and each model files of some size."""
    rng = np.random.default_rng(4)
    trainings = (JobKind.WARM_UP, JobKind.RETRAIN)
    for job in session.scalars(select(Job).where(Job.kind.in_(trainings))):
        job.started_at = job.created_at
        job.finished_at = job.created_at + timedelta(minutes=41)
        job.lease_owner = "worker-1"
        for name, height in (("total", 2.1), ("source", 0.9), ("pseudo", 0.7), ("contrast", 0.5)):
            for step in STEPS:
                value = height * (0.25 + 0.75 * np.exp(-step / 120)) + rng.normal(0, height / 40)
                session.add(
                    Metric(job_id=job.id, name=f"loss/{name}", step=step, value=float(value))
                )
        for line in ("60 source and 32 target images read", "step 400 of 400"):
            session.add(JobLine(job_id=job.id, at=job.created_at, text=line))
    for model in session.scalars(select(Model)):
        model.seconds = 2460.0
