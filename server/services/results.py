"""What finished jobs hand back, and the round's next step: one transaction with the job's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import (
    Evaluation,
    Image,
    Job,
    Metric,
    Model,
    Project,
    Round,
    Score,
)
from server.rules.images import Split
from server.rules.jobs import JobKind, JobState
from server.rules.rounds import RoundEvent
from server.services import advice, jobs, leases, manifests, promotions, queues, rounds, validation


@dataclass(frozen=True)
class Trained:
    """A finished training: the model's files as blobs, and what it was trained on."""

    files: Mapping[str, str]
    snapshot_sha256: str
    labels_spent: int
    seconds: float
    metrics: Sequence[tuple[str, int, float]]
    """(name, step, value)"""


@dataclass(frozen=True)
class Worst:
    """An image that model and label agree on less than on others, and the model's mask of it."""

    name: str
    agreement: float
    prediction_sha256: str


@dataclass(frozen=True)
class Measured:
    """One labelled split seen through a model."""

    split: Split
    images: int
    confusion: list[list[int]]
    miou: float | None
    calibration: list[list[float]] | None = None
    worst: Sequence[Worst] = ()


def trained(session: Session, job_id: UUID, outcome: Trained) -> Model:
    """Keep the model; a warmed-up round goes on to acquire, a retrained one to be measured."""
    job = session.get_one(Job, job_id)
    assert job.round_id is not None
    round_ = leases.lock_round(session, job.round_id)
    session.get_one(Project, job.project_id, with_for_update=True)  # one version number at a time
    last = session.scalar(select(func.max(Model.version)).where(Model.project_id == job.project_id))
    assert round_.class_list_id is not None
    model = Model(
        project_id=job.project_id,
        round_id=round_.id,
        job_id=job.id,
        version=(last or 0) + 1,
        stage=job.kind,
        class_list_id=round_.class_list_id,
        files=dict(outcome.files),
        snapshot_sha256=outcome.snapshot_sha256,
        labels_spent=outcome.labels_spent,
        seconds=outcome.seconds,
        created_at=now(session),
    )
    session.add(model)
    session.flush()
    _keep_metrics(session, job.id, outcome.metrics)
    warmed_up = job.kind is JobKind.WARM_UP
    event = RoundEvent.WARMED_UP if warmed_up else RoundEvent.RETRAINED
    rounds.move(session, round_, event, reason=f"model {model.version}")
    if warmed_up:
        promotions.trained_first(session, model)
        rounds.add_acquisition(session, round_, model_id=model.id)
    _add_evaluation(session, round_, model, part=0 if warmed_up else 1)
    return model


def scored(session: Session, job_id: UUID, scores: Mapping[UUID, float]) -> None:
    """Keep one shard's scores; the last shard of a round has its selection made."""
    job = session.get_one(Job, job_id)
    assert job.round_id is not None
    # The lock makes shards that finish together see each other, so that one of them is the last.
    round_ = leases.lock_round(session, job.round_id)
    rows = [
        {"id": uuid7(), "round_id": round_.id, "image_id": image_id, "score": score}
        for image_id, score in scores.items()
    ]
    if rows:
        session.execute(insert(Score), rows)
    unfinished = session.scalar(
        select(func.count(Job.id)).where(
            Job.round_id == round_.id,
            Job.kind == JobKind.ACQUIRE,
            Job.state != JobState.SUCCEEDED,
            Job.id != job.id,
        )
    )
    if unfinished == 0:
        jobs.add(
            session,
            kind=JobKind.SELECT,
            project_id=job.project_id,
            round_id=round_.id,
            params={"model_id": job.params["model_id"]},
        )


def chosen(
    session: Session,
    job_id: UUID,
    choices: Sequence[queues.Chosen],
    *,
    candidates: Sequence[tuple[str, float]],
    groups: Mapping[str, str] = MappingProxyType({}),
) -> Round:
    """Make the round's items and its manifest: all of them or none.

    `groups` has the candidates' groups, of those that are in one.
    """
    job = session.get_one(Job, job_id)
    assert job.round_id is not None
    round_ = leases.lock_round(session, job.round_id)
    queues.fill(session, round_, choices)
    for choice in choices:
        row = session.scalars(
            select(Score).where(Score.round_id == round_.id, Score.image_id == choice.image_id)
        ).one()
        row.rank, row.reason = choice.rank, choice.reason
        if choice.for_validation:
            validation.take(session, choice.image_id)
    model = session.get_one(Model, UUID(job.params["model_id"]))
    round_.manifest = manifests.make(round_, model, choices, candidates, groups)
    rounds.move(session, round_, RoundEvent.CHOSEN, reason=f"{len(choices)} items")
    return round_


def evaluated(session: Session, job_id: UUID, figures: Sequence[Measured]) -> None:
    """Keep the figures; the evaluation of a retrained model closes its round."""
    job = session.get_one(Job, job_id)
    assert job.round_id is not None
    model = session.get_one(Model, UUID(job.params["model_id"]))
    for figure in figures:
        session.add(
            Evaluation(
                model_id=model.id,
                split=figure.split,
                images=figure.images,
                confusion=figure.confusion,
                miou=figure.miou,
                calibration=figure.calibration,
                worst=_worst(session, job.project_id, figure),
                created_at=now(session),
            )
        )
    if model.stage is JobKind.RETRAIN:
        round_ = leases.lock_round(session, job.round_id)
        rounds.move(session, round_, RoundEvent.EVALUATED, reason=f"model {model.version} measured")
        promotions.measured(session, model)
        advice.measured(session, model)


def image_ids(
    session: Session, project_id: UUID, names: Sequence[str], *, split: Split = Split.POOL
) -> dict[str, UUID]:
    """Return the split's images by name."""
    statement = select(Image.name, Image.id).where(
        Image.project_id == project_id, Image.split == split, Image.name.in_(names)
    )
    return dict(session.execute(statement).all())


def _worst(session: Session, project_id: UUID, figure: Measured) -> list[Any]:
    names = [each.name for each in figure.worst]
    ids = image_ids(session, project_id, names, split=figure.split)
    return [
        {
            "image_id": str(ids[each.name]),
            "agreement": each.agreement,
            "prediction_sha256": each.prediction_sha256,
        }
        for each in figure.worst
    ]


def _add_evaluation(session: Session, round_: Round, model: Model, *, part: int) -> None:
    jobs.add(
        session,
        kind=JobKind.EVALUATE,
        project_id=round_.project_id,
        round_id=round_.id,
        part=part,
        params={"model_id": str(model.id)},
    )


def _keep_metrics(
    session: Session, job_id: UUID, metrics: Sequence[tuple[str, int, float]]
) -> None:
    rows = [
        {"id": uuid7(), "job_id": job_id, "name": name, "step": step, "value": value}
        for name, step, value in metrics
    ]
    if rows:
        session.execute(insert(Metric), rows)
