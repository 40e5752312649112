"""A project's labelling budget."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.replay import OnceDep
from server.api.schemas import In, Listing, Out, listing
from server.rules.budgets import BudgetUnit, EntryKind
from server.rules.roles import Role
from server.services import audit, budgets, ledger

router = APIRouter(prefix="/projects/{project_id}/budget", tags=["budgets"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Reviewer = Annotated[Caller, Depends(InProject(Role.REVIEWER))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class BudgetOut(Out):
    """The counters; `left` is what new leases may still reserve."""

    unit: BudgetUnit
    granted: int
    reserved: int
    spent: int
    left: int


class GrantIn(In):
    """Images to add to the budget."""

    images: int = Field(ge=1, le=budgets.MOST)
    note: str = Field(default="", max_length=1000)


class EntryOut(Out):
    """One movement."""

    id: UUID
    unit: BudgetUnit
    holder: str
    kind: EntryKind
    amount: int
    item_id: UUID | None
    user: str | None
    created_at: datetime
    note: str


@router.get("", summary="The budget")
def get(who: Reader, session: SessionDep) -> BudgetOut:
    """Return the counters."""
    return BudgetOut.model_validate(budgets.balance(session, who.project_id))


@router.post(
    "/grants",
    status_code=status.HTTP_201_CREATED,
    response_model=BudgetOut,
    summary="Add to the budget",
)
def grant(who: Lead, given: GrantIn, session: SessionDep, once: OnceDep) -> Response:
    """Grant images; with an `Idempotency-Key`, once."""

    def act() -> BudgetOut:
        balance = budgets.grant(
            session, who.project_id, amount=given.images, actor_id=who.user_id, note=given.note
        )
        audit.note(
            session,
            "budget.granted",
            project_id=who.project_id,
            actor_id=who.user_id,
            subject=who.project_id,
            images=given.images,
        )
        return BudgetOut.model_validate(balance)

    return once(session, who.user_id, act, status=status.HTTP_201_CREATED)


@router.get("/ledger", summary="Every movement of the budget")
def entries(
    who: Reviewer, request: Request, page: PageDep, session: SessionDep
) -> Listing[EntryOut]:
    """Return a page of movements, newest first."""
    found = ledger.entries(session, who.project_id, page)
    return listing(
        request,
        found,
        lambda row: EntryOut(
            id=row[0].id,
            unit=row[0].unit,
            holder=row[0].holder,
            kind=row[0].kind,
            amount=row[0].amount,
            item_id=row[1],
            user=row[2],
            created_at=row[0].created_at,
            note=row[0].note,
        ),
    )
