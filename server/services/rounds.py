"""Rounds: made, started, moved along by jobs and people, closed or cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Job, Model, Project, Round, RoundChange
from server.rules.errors import (
    Conflict,
    Invalid,
    NotFound,
    RoundRunning,
)
from server.rules.jobs import SHARD_IMAGES, JobKind, JobState
from server.rules.plans import merged
from server.rules.rounds import WORKING, RoundAct, RoundEvent, RoundState, act_of, next_state
from server.services import candidates, jobs, leases, promotions, readiness, webhooks

STRATEGIES = (
    "entropy", "random", "margin", "least_confident",
    "region_impurity", "class_balanced", "entropy_per_cost", "bald", "core_set",
)  # fmt: skip

MOST_ITEMS = 10_000


def create(
    session: Session,
    project_id: UUID,
    *,
    k: int,
    strategy: str,
    seed: int,
    config: dict[str, Any],
    reason: str,
    created_by: UUID | None,
) -> Round:
    """Make a draft that will ask for `k` labels; `config` overrides the project's settings."""
    if not 0 < k <= MOST_ITEMS:
        raise Invalid(f"A round asks for 1 to {MOST_ITEMS} labels, not {k}.", field="k")
    if strategy not in STRATEGIES:
        raise Invalid(
            f"No strategy {strategy!r}; there are {', '.join(STRATEGIES)}.", field="strategy"
        )
    project = session.get_one(Project, project_id, with_for_update=True)
    last = session.scalar(select(func.max(Round.number)).where(Round.project_id == project_id))
    made = Round(
        project_id=project_id,
        number=(last or 0) + 1,
        state=RoundState.DRAFT,
        k=k,
        strategy=strategy,
        seed=seed,
        config=merged(project.settings, config),
        reason=reason,
        created_by=created_by,
        version=1,
        created_at=now(session),
    )
    session.add(made)
    session.flush()
    why = reason if created_by is None else ""  # who did it says it all
    _note(session, made, RoundAct.PLANNED, why, actor_id=created_by)
    return made


def get(session: Session, round_id: UUID) -> Round:
    """Return the round, or raise `NotFound`."""
    found = session.get(Round, round_id)
    if found is None:
        raise NotFound
    return found


def working(session: Session, project_id: UUID) -> Round | None:
    """Return the project's one working round."""
    return session.scalar(
        select(Round).where(Round.project_id == project_id, Round.state.in_(WORKING))
    )


def start(session: Session, round_id: UUID, *, actor_id: UUID | None) -> Job:
    """Start the loop: warm up where the project has no model yet, else score the pool.

    Raises:
        IllegalTransition: The round is not a draft.
        RoundRunning, NoClasses, NoSourceLabels, NoTargetImages, BudgetExhausted: What is missing.
    """
    round_ = get(session, round_id)
    session.get_one(Project, round_.project_id, with_for_update=True)
    session.refresh(round_)
    model = promotions.serving(session, round_.project_id)
    event = RoundEvent.STARTED if model else RoundEvent.STARTED_COLD
    next_state(round_.state, event)  # refuses first what no data could mend
    other = working(session, round_.project_id)
    if other is not None:
        raise RoundRunning(
            f"Round {other.number} is {other.state}; one runs at a time.", field="round"
        )
    round_.class_list_id = readiness.check(session, round_).id
    round_.started_at = now(session)
    move(session, round_, event, actor_id=actor_id)
    if model:
        return add_acquisition(session, round_, model_id=model.id)[0]
    return jobs.add(
        session,
        kind=JobKind.WARM_UP,
        project_id=round_.project_id,
        round_id=round_.id,
        params={},
        created_by=actor_id,
    )


def move(
    session: Session,
    round_: Round,
    event: RoundEvent,
    *,
    reason: str = "",
    actor_id: UUID | None = None,
) -> None:
    """Take one edge; a second taker of the same edge finds the version changed and stops.

    Raises:
        IllegalTransition: The edge does not begin here.
        RoundRunning: The edge leads into work while another round works.
        Conflict: Someone else moved the round meanwhile.
    """
    to = next_state(round_.state, event)
    statement = (
        update(Round)
        .where(Round.id == round_.id, Round.version == round_.version)
        .values(state=to, version=Round.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    try:
        with session.begin_nested():
            moved = session.connection().execute(statement).rowcount
    except IntegrityError:
        raise RoundRunning("Another round of this project is running.", field="round") from None
    if moved != 1:
        raise Conflict("The round moved on meanwhile.", field="state")
    session.refresh(round_)
    if to in (RoundState.CLOSED, RoundState.CANCELLED):
        round_.closed_at = now(session)
    _note(session, round_, act_of(event), reason, actor_id=actor_id)
    webhooks.emit(
        session,
        round_.project_id,
        f"round.{to.value}",
        round_id=str(round_.id),
        number=round_.number,
        reason=reason or act_of(event).value,
    )
    session.flush()


def add_acquisition(session: Session, round_: Round, *, model_id: UUID) -> list[Job]:
    """Queue one scoring job per shard of the pool, each with its frozen list of images."""
    images = candidates.unlabelled(session, round_.project_id, until=now(session))
    pool = [str(image.image_id) for image in images]
    return [
        jobs.add(
            session,
            kind=JobKind.ACQUIRE,
            project_id=round_.project_id,
            round_id=round_.id,
            part=part,
            params={"model_id": str(model_id), "image_ids": pool[first : first + SHARD_IMAGES]},
        )
        for part, first in enumerate(range(0, len(pool), SHARD_IMAGES))
    ]


def pause(session: Session, round_id: UUID, *, reason: str, actor_id: UUID | None) -> Round:
    """Give out no more items and begin no more jobs; what is under way may be finished.

    Raises:
        Conflict: The round does not work, or is paused already.
    """
    round_ = leases.lock_round(session, round_id)
    if round_.state not in WORKING or round_.paused_reason is not None:
        raise Conflict("Only a working round that is not paused yet is paused.", field="state")
    round_.paused_reason = reason
    note_change(session, round_, RoundAct.PAUSED, reason, actor_id=actor_id)
    return round_


def resume(session: Session, round_id: UUID, *, actor_id: UUID | None) -> Round:
    """Go on with a paused round: its waiting jobs are announced again.

    Raises:
        Conflict: It is not paused.
    """
    round_ = leases.lock_round(session, round_id)
    if round_.paused_reason is None:
        raise Conflict("The round is not paused.", field="state")
    round_.paused_reason = None
    note_change(session, round_, RoundAct.RESUMED, actor_id=actor_id)
    jobs.announce_round(session, round_id)
    return round_


def note_change(
    session: Session, round_: Round, act: RoundAct, reason: str = "", *, actor_id: UUID | None
) -> None:
    """Write down that something about the round changed that is no edge."""
    round_.version += 1
    _note(session, round_, act, reason, actor_id=actor_id)


def cancel(session: Session, round_id: UUID, *, actor_id: UUID | None) -> Round:
    """End the round: its jobs stop, its leases end and are refunded, its labels stay."""
    round_ = leases.lock_round(session, round_id)
    move(session, round_, RoundEvent.CANCELLED, actor_id=actor_id)
    jobs.cancel_round(session, round_id)
    leases.end_all(session, round_id)
    return round_


def retry(session: Session, round_id: UUID, *, actor_id: UUID | None) -> list[Job]:
    """Queue the round's failed jobs again; they resume from their last checkpoint."""
    round_ = leases.lock_round(session, round_id)
    failed = session.scalars(
        select(Job).where(Job.round_id == round_id, Job.state == JobState.FAILED)
    ).all()
    if not failed:
        raise Conflict("The round has no failed job.", field="state")
    kinds = ", ".join(sorted({job.kind.value.replace("_", " ") for job in failed}))
    note_change(session, round_, RoundAct.RETRIED, kinds, actor_id=actor_id)
    return [jobs.retry(session, job.id) for job in failed]


def latest_model(session: Session, project_id: UUID) -> Model | None:
    """Return the project's newest model."""
    return session.scalar(
        select(Model).where(Model.project_id == project_id).order_by(Model.version.desc()).limit(1)
    )


def _note(
    session: Session, round_: Round, act: RoundAct, reason: str, *, actor_id: UUID | None
) -> None:
    session.add(
        RoundChange(
            round_id=round_.id,
            number=round_.version,
            act=act,
            state=round_.state,
            reason=reason,
            actor_id=actor_id,
            at=now(session),
        )
    )
    session.flush()
