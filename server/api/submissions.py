"""Submitting a corrected mask."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server.api import errors, replay
from server.api.bodies import RAW_MASK, MaskBody, decode
from server.api.budgets import BudgetOut
from server.api.deps import BlobsDep, IfMatch, SessionDep, SettingsDep
from server.api.gates import Caller, OfItem
from server.api.items import times_of
from server.api.schemas import Out
from server.api.throttle import Throttle, Throttles
from server.rules.roles import Role
from server.services import audit, submissions
from server.services.masks import Effort
from server.services.submissions import Kept, Submission

router = APIRouter(tags=["items"])


def _submissions(limits: Throttles) -> Throttle:
    return limits.submissions


class EffortIn(BaseModel):
    """What the editor counted; the service bounds and recomputes what it can."""

    model_config = ConfigDict(extra="forbid")

    lease_id: UUID
    active_seconds: float | None = Field(default=None, ge=0, le=10**6, allow_inf_nan=False)
    strokes: int | None = Field(default=None, ge=0, le=10**6)
    clicks: int | None = Field(default=None, ge=0, le=10**6)
    undos: int | None = Field(default=None, ge=0, le=10**6)


class ChangeOut(BaseModel):
    """Pixels moved from the model's class to the person's."""

    model_config = ConfigDict(populate_by_name=True)

    before: int = Field(serialization_alias="from")
    after: int = Field(serialization_alias="to")
    pixels: int


class SubmissionOut(Out):
    """What the submission did."""

    item_id: UUID
    mask_id: UUID
    revision: int
    changed_pixels: int
    changed_share: float
    by_class: list[ChangeOut]
    """The three largest."""
    iou: float | None
    """IoU(model, person), the mean over the classes."""
    budget: BudgetOut


@router.post(
    "/items/{item_id}/submit",
    response_model=SubmissionOut,
    openapi_extra=RAW_MASK,
    summary="Submit a corrected mask",
)
def submit(
    item_id: UUID,
    who: Annotated[Caller, Depends(OfItem(Role.ANNOTATOR, own=True, limit=_submissions))],
    effort: Annotated[EffortIn, Query()],
    body: MaskBody,
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
    settings: SettingsDep,
    replaces: IfMatch,
    key: replay.KeyHeader = None,
) -> Response:
    """Keep the mask and charge the budget; with an `Idempotency-Key`, once.

    `If-Match` names the mask's revision that the person has seen, `"0"` for none. When the lease
    is over and the item not free any more (409), or another revision is there (412), the bytes
    are kept as a draft.
    """
    labels = decode(body)

    def act() -> SubmissionOut | Kept:
        done = submissions.submit(
            session,
            blobs,
            item_id,
            user_id=who.user_id,
            lease_id=effort.lease_id,
            labels=labels,
            effort=Effort(**effort.model_dump(exclude={"lease_id"})),
            times=times_of(session, settings, who.project_id),
            replaces=replaces,
        )
        if isinstance(done, Kept):
            return done
        _note(session, who, done)
        return _shape(done)

    def on_kept(kept: Kept) -> JSONResponse:
        return errors.refused(request, kept.refusal)

    return replay.once(
        session,
        request,
        user_id=who.user_id,
        key=key,
        body=body[1],
        status=200,
        act=act,
        otherwise=on_kept,
    )


def _shape(done: Submission) -> SubmissionOut:
    return SubmissionOut(
        item_id=done.item.id,
        mask_id=done.mask.id,
        revision=done.mask.revision,
        changed_pixels=done.mask.changed_pixels or 0,
        changed_share=done.changed_share,
        by_class=[
            ChangeOut(before=change.before, after=change.after, pixels=change.pixels)
            for change in done.changes
        ],
        iou=done.iou,
        budget=BudgetOut.model_validate(done.balance),
    )


def _note(session: Session, who: Caller, done: Submission) -> None:
    audit.note(
        session,
        "item.submitted",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=done.item.id,
        mask=str(done.mask.id),
    )
