"""What rounds and people may spend, transfers, money, and who spent what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import SessionDep, sessions_of
from server.api.gates import Caller, InProject
from server.api.replay import OnceDep
from server.api.schemas import In, Out
from server.db.engine import reading
from server.db.models import Budget
from server.rules.budgets import BudgetUnit
from server.rules.roles import Role
from server.services import access, allowances, audit, ledger
from server.services.allowances import Holder
from server.services.pots import Pot

router = APIRouter(prefix="/projects/{project_id}/budget", tags=["budgets"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class HolderIn(In):
    """Whose budget: the project's own, unless a round or a person is named."""

    round_id: UUID | None = None
    user_id: UUID | None = None

    def holder(self) -> Holder:
        """Return the holder."""
        return Holder(self.round_id, self.user_id)


class PotIn(HolderIn):
    """What a holder may spend of a unit, in all."""

    unit: BudgetUnit
    granted: int = Field(ge=0, le=10**15)
    force: bool = False
    """End leases where people hold more than would be left."""
    note: str = Field(default="", max_length=1000)


class RateIn(In):
    """What one unit costs."""

    unit: BudgetUnit
    rate: float = Field(ge=0, le=10**9, allow_inf_nan=False)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class TakerIn(HolderIn):
    """Who is given: in this project, unless another one is named."""

    project_id: UUID | None = None


class TransferIn(In):
    """What to move between two holders."""

    unit: BudgetUnit = BudgetUnit.IMAGES
    amount: int = Field(ge=1, le=10**15)
    giver: HolderIn
    taker: TakerIn
    note: str = Field(default="", max_length=1000)


class PotOut(Out):
    """One holder's counters in one unit, and what the spent ones cost."""

    unit: BudgetUnit
    holder: str
    granted: int
    reserved: int
    spent: int
    left: int
    rate: float | None
    currency: str | None
    money_spent: float | None


class PotsOut(Out):
    """All counters."""

    pots: list[PotOut]


class ShareOut(Out):
    """What one person spent in one round; no round: validation labels."""

    unit: BudgetUnit
    round: int | None
    person: str | None
    labels: int
    spent: int
    money: float | None


class SharesOut(Out):
    """Who spent what."""

    shares: list[ShareOut]


@router.get("/pots", summary="The counters of all units and holders")
def pots(who: Reader, session: SessionDep) -> PotsOut:
    """Return the project's own counters and the limits of rounds and people."""
    return PotsOut(pots=[_pot(row) for row in allowances.pots(session, who.project_id)])


@router.put("/pots", response_model=PotsOut, summary="Set what a holder may spend")
def set_pot(who: Lead, given: PotIn, session: SessionDep, once: OnceDep) -> Response:
    """Raise or lower a budget; below what is reserved only by force, below what is spent never."""

    def act() -> PotsOut:
        allowances.set_granted(
            session,
            who.project_id,
            given.holder(),
            unit=given.unit,
            granted=given.granted,
            force=given.force,
            actor_id=who.user_id,
            note=given.note,
        )
        _note(session, who, "budget.set", **given.model_dump(mode="json"))
        return pots(who, session)

    return once(session, who.user_id, act)


@router.put("/rate", summary="Say what a unit costs")
def set_rate(who: Lead, given: RateIn, session: SessionDep) -> PotsOut:
    """Set the money rate of a unit."""
    allowances.set_rate(
        session, who.project_id, unit=given.unit, rate=given.rate, currency=given.currency
    )
    _note(session, who, "budget.rate_set", **given.model_dump(mode="json"))
    return pots(who, session)


@router.post(
    "/transfers", response_model=PotsOut, summary="Move budget between holders or projects"
)
def transfer(who: Lead, given: TransferIn, session: SessionDep, once: OnceDep) -> Response:
    """Move what is left; into another project only by someone who leads both."""
    into = given.taker.project_id or who.project_id
    if into != who.project_id:
        access.member(session, who.principal, into, Role.LEAD)

    def act() -> PotsOut:
        allowances.transfer(
            session,
            Pot(who.project_id, given.unit, given.giver.holder().name),
            Pot(into, given.unit, given.taker.holder().name),
            amount=given.amount,
            actor_id=who.user_id,
            note=given.note,
        )
        _note(session, who, "budget.transferred", **given.model_dump(mode="json"))
        return pots(who, session)

    return once(session, who.user_id, act)


@router.get("/shares", summary="Who spent what in which round")
def shares(who: Reader, session: SessionDep) -> SharesOut:
    """Return what each person spent in each round, by unit."""
    found = ledger.shares(session, who.project_id)
    return SharesOut(shares=[ShareOut.model_validate(share) for share in found])


@router.get(
    "/statement.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    summary="The whole ledger as CSV",
)
def statement(who: Lead, request: Request) -> Response:
    """Stream every movement with running counters and money, oldest first."""

    def lines() -> Iterator[str]:
        with reading(sessions_of(request)) as session:
            yield from ledger.statement_csv(session, who.project_id)

    headers = {"Content-Disposition": 'attachment; filename="budget.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _pot(row: Budget) -> PotOut:
    return PotOut(
        unit=row.unit,
        holder=row.holder,
        granted=row.granted,
        reserved=row.reserved,
        spent=row.spent,
        left=row.granted - row.reserved - row.spent,
        rate=row.rate,
        currency=row.currency,
        money_spent=None if row.rate is None else row.rate * row.spent,
    )


def _note(session: Session, who: Caller, act: str, **details: Any) -> None:
    audit.note(
        session,
        act,
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=who.project_id,
        **details,
    )
