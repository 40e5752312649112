"""Rows that many tests begin with, as plain functions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Job, Model, Project, Round
from server.rules.jobs import JobKind
from server.services import jobs


def new_project(session: Session) -> Project:
    """Add a project with a name of its own."""
    project = Project(name=f"project {uuid7()}", created_at=now(session))
    session.add(project)
    session.flush()
    return project


def new_round(session: Session, project_id: UUID) -> Round:
    """Add the project's first round, as a draft."""
    round_ = Round(
        project_id=project_id,
        number=1,
        k=1,
        strategy="entropy",
        seed=0,
        config={},
        created_at=now(session),
    )
    session.add(round_)
    session.flush()
    return round_


def new_job(session: Session, kind: JobKind = JobKind.IMPORT, **params: Any) -> Job:
    """Queue a job in a project of its own."""
    return jobs.add(session, kind=kind, project_id=new_project(session).id, params=params)


def new_model(
    session: Session, job: Job, *, class_list_id: UUID, version: int, labels: int
) -> Model:
    """Add the model that a retraining job made, without files."""
    model = Model(
        project_id=job.project_id,
        round_id=job.round_id,
        job_id=job.id,
        version=version,
        stage=JobKind.RETRAIN,
        class_list_id=class_list_id,
        files={},
        snapshot_sha256="",
        labels_spent=labels,
        seconds=1.0,
        created_at=now(session),
    )
    session.add(model)
    session.flush()
    return model
