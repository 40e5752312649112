"""Which model serves, what it predicts, and models as files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import FileResponse
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.bodies import mask_answer
from server.api.deps import BlobsDep, PageDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, OfImage, OfJob, OfModel
from server.api.jobs import JobOut, location
from server.api.schemas import In, Listing, Out, listing
from server.db.models import Promotion
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.promotions import Outcome
from server.rules.roles import Role
from server.services import audit, models, predictions, promotions, quotas
from server.storage.choice import open_buckets

router = APIRouter(tags=["models"])

Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]
ModelLead = Annotated[Caller, Depends(OfModel(Role.LEAD))]
ModelReader = Annotated[Caller, Depends(OfModel(Role.ANNOTATOR))]


class PromotionOut(Out):
    """One decision about a model."""

    id: UUID
    model_id: UUID
    version: int
    replaces_id: UUID | None
    outcome: Outcome
    reason: str
    actor: str | None
    at: datetime


class ClassChangeOut(Out):
    """One class under two models; null where it does not occur."""

    id: int
    name: str
    before: float | None
    after: float | None


class ChangesOut(Out):
    """All classes under two models."""

    model_id: UUID
    against_id: UUID
    split: Split
    classes: list[ClassChangeOut]


class PredictionIn(In):
    """A folder on the server, or a place in a bucket (`s3://bucket/prefix`), that the operator has
    allowed; null: the project's pool."""

    folder: str | None = Field(default=None, min_length=1, max_length=4096)


@router.get("/projects/{project_id}/promotions", summary="Which models have served")
def history(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[PromotionOut]:
    """Return a page of decisions, newest first."""
    found = promotions.history(session, who.project_id, page)
    return listing(request, found, lambda row: _shape(*row))


@router.post("/models/{model_id}/promote", summary="Have a model serve")
def promote(model_id: UUID, who: ModelLead, session: SessionDep) -> PromotionOut:
    """Promote the model; refused when it is worse on validation than the one that serves."""
    made = promotions.promote(session, model_id, actor_id=who.user_id)
    _note(session, who, "model.promoted", model_id)
    return _shape(made, models.get(session, model_id).version, who.principal.user.name)


@router.post("/projects/{project_id}/models/rollback", summary="Have the earlier model serve again")
def roll_back(who: Lead, session: SessionDep) -> PromotionOut:
    """Take the serving model back; predictions are those of the earlier one at once."""
    made = promotions.roll_back(session, who.project_id, actor_id=who.user_id)
    _note(session, who, "model.rolled_back", made.model_id)
    return _shape(made, models.get(session, made.model_id).version, who.principal.user.name)


@router.get("/models/{model_id}/changes", summary="Each class's change against another model")
def changes(
    model_id: UUID,
    who: ModelReader,
    session: SessionDep,
    against: UUID,
    split: Split = Split.VALIDATION,
) -> ChangesOut:
    """Return each class's score under both models."""
    model, other = models.get(session, model_id), models.get(session, against)
    if other.project_id != who.project_id:
        raise NotFound
    found = promotions.changes(session, model, other, split)
    return ChangesOut(
        model_id=model_id,
        against_id=against,
        split=split,
        classes=[ClassChangeOut.model_validate(each) for each in found],
    )


@router.get(
    "/models/{model_id}/files/{name}", response_class=FileResponse, summary="A model's file"
)
def file(
    model_id: UUID, name: str, _: ModelReader, session: SessionDep, blobs: BlobsDep
) -> FileResponse:
    """Return one of the model's files: `model.safetensors`, `config.json`, `manifest.json`."""
    sha256 = models.get(session, model_id).files.get(name)
    if sha256 is None:
        raise NotFound
    return _download(blobs, name, sha256)


@router.post(
    "/models/{model_id}/onnx", status_code=status.HTTP_202_ACCEPTED, summary="Write a model as ONNX"
)
def onnx(
    model_id: UUID,
    who: ModelReader,
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> JobOut:
    """Queue the job; its file is at `/jobs/ID/file` once it has succeeded."""
    quotas.require_job(session, who.user_id, most=settings.jobs_at_once)
    job = predictions.start_onnx(session, who.project_id, model_id, actor_id=who.user_id)
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


@router.post(
    "/projects/{project_id}/predictions",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Predict the pool, a folder or a bucket",
)
def predict(
    who: Lead,
    given: PredictionIn,
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> JobOut:
    """Queue the job; a folder's masks are an archive at `/jobs/ID/file`."""
    quotas.require_job(session, who.user_id, most=settings.jobs_at_once)
    job = predictions.start(
        session,
        who.project_id,
        folder=given.folder,
        roots=settings.import_roots,
        buckets=open_buckets(settings),
        actor_id=who.user_id,
    )
    _note(session, who, "predictions.started", job.id)
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


@router.get(
    "/images/{image_id}/prediction", response_class=Response, summary="The serving model's mask"
)
def prediction(
    image_id: UUID,
    who: Annotated[Caller, Depends(OfImage(Role.REVIEWER))],
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
) -> Response:
    """Return the mask that the serving model predicted; 404 before `predictions` asked for it."""
    model, sha256 = promotions.prediction(session, who.project_id, image_id)
    answer = mask_answer(request, blobs.read(sha256), tag=sha256)
    answer.headers["X-Model-Version"] = str(model.version)
    return answer


@router.get("/jobs/{job_id}/file", response_class=FileResponse, summary="The file that a job made")
def job_file(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.REVIEWER))],
    session: SessionDep,
    blobs: BlobsDep,
) -> FileResponse:
    """Return the job's file."""
    name, sha256 = predictions.result_file(session, job_id)
    return _download(blobs, name, sha256)


def _download(blobs: BlobsDep, name: str, sha256: str) -> FileResponse:
    return FileResponse(
        blobs.local_path(sha256),
        filename=name,
        media_type="application/octet-stream",
        headers={"ETag": f'"{sha256}"'},
    )


def _shape(made: Promotion, version: int, actor: str | None) -> PromotionOut:
    return PromotionOut(
        id=made.id,
        model_id=made.model_id,
        version=version,
        replaces_id=made.replaces_id,
        outcome=made.outcome,
        reason=made.reason,
        actor=actor,
        at=made.at,
    )


def _note(session: Session, who: Caller, act: str, subject: UUID) -> None:
    audit.note(session, act, project_id=who.project_id, actor_id=who.user_id, subject=subject)
