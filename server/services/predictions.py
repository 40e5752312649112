"""Masks of many images at once: of the pool, kept per model, or of a folder, as one archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.models import Image, ImagePrediction, Job
from server.rules.addresses import Address, is_address
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind, JobState
from server.services import import_places, imports, jobs, promotions
from server.services.candidates import Unlabelled
from server.services.candidates import by_id as images_by_id
from server.storage.buckets import Buckets


def start(
    session: Session,
    project_id: UUID,
    *,
    folder: str | None,
    roots: Sequence[Path],
    buckets: Buckets | None = None,
    actor_id: UUID | None,
) -> Job:
    """Queue the job that has the serving model predict the pool, or a folder on the server or in
    a bucket.

    Raises:
        Conflict: There is no model yet.
        Invalid: The folder is not one that may be read, or holds no image.
    """
    model = promotions.serving(session, project_id)
    if model is None:
        raise Conflict("The project has no model yet.", field="model")
    params = {"model_id": str(model.id)}
    if folder is not None:
        params["folder"] = str(_with_images(folder, roots, buckets or Buckets()))
    return jobs.add(
        session,
        kind=JobKind.PREDICT,
        project_id=project_id,
        params=params,
        created_by=actor_id,
    )


def _with_images(folder: str, roots: Sequence[Path], buckets: Buckets) -> Path | Address:
    """Return the folder, or the place in a bucket, if it may be read and holds an image."""
    place: Path | Address
    if is_address(folder):
        place = import_places.allowed(folder, buckets, field="folder")
        found = next(import_places.images(place, buckets, recursive=False), None) is not None
    else:
        place = imports.allowed(folder, roots, field="folder")
        found = next(imports.files(place), None) is not None
    if not found:
        raise Invalid("This folder holds no image.", field="folder")
    return place


def start_onnx(session: Session, project_id: UUID, model_id: UUID, *, actor_id: UUID) -> Job:
    """Queue the job that writes the model as ONNX."""
    params = {"model_id": str(model_id)}
    return jobs.add(
        session, kind=JobKind.ONNX, project_id=project_id, params=params, created_by=actor_id
    )


def wanted(session: Session, project_id: UUID, model_id: UUID) -> list[Unlabelled]:
    """Return the pool's images that the model has not predicted yet, by name."""
    done = select(ImagePrediction.id).where(
        ImagePrediction.model_id == model_id, ImagePrediction.image_id == Image.id
    )
    ids = session.scalars(
        select(Image.id).where(
            Image.project_id == project_id, Image.split == Split.POOL, ~done.exists()
        )
    ).all()
    return images_by_id(session, list(ids)) if ids else []


def keep(session: Session, model_id: UUID, masks: Mapping[UUID, str]) -> None:
    """Keep one model's masks; those that it has already stay."""
    have = set(
        session.scalars(
            select(ImagePrediction.image_id).where(ImagePrediction.model_id == model_id)
        )
    )
    rows = [
        {"id": uuid7(), "model_id": model_id, "image_id": image_id, "sha256": sha256}
        for image_id, sha256 in masks.items()
        if image_id not in have
    ]
    if rows:
        session.execute(insert(ImagePrediction), rows)


def result_file(session: Session, job_id: UUID) -> tuple[str, str]:
    """Return name and blob of the file that a job made.

    Raises:
        NotFound: It made none.
        Conflict: It is not done.
    """
    job = session.get_one(Job, job_id)
    if job.state is not JobState.SUCCEEDED:
        raise Conflict(f"This job is {job.state.value}.", field="state")
    found = (job.result or {}).get("file")
    if found is None:
        raise NotFound
    return str(found["name"]), str(found["sha256"])
