"""The model that serves a project: promoted by its validation score, rolled back by a lead."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, ImagePrediction, Model, Project, Promotion, User
from server.rules.errors import Conflict, NotFound, WorseModel
from server.rules.images import Split
from server.rules.promotions import Outcome, judge, standing
from server.services import models, webhooks
from server.services.models import ClassScore
from server.services.paging import Page, PageQuery, by_id, fetch


@dataclass(frozen=True)
class ClassChange:
    """One class's intersection over union under two models; None: it does not occur."""

    id: int
    name: str
    before: float | None
    after: float | None


def serving(session: Session, project_id: UUID) -> Model | None:
    """Return the model that rounds start from and predictions come from.

    A project from before there were promotions is served by its newest model.
    """
    served = _standing(session, project_id)
    if served:
        return session.get_one(Model, served[-1])
    refused = select(Promotion.model_id).where(Promotion.outcome == Outcome.REFUSED)
    return session.scalar(
        select(Model)
        .where(Model.project_id == project_id, Model.id.not_in(refused))
        .order_by(Model.version.desc())
        .limit(1)
    )


def trained_first(session: Session, model: Model) -> None:
    """Have a project's first model serve: there is nothing to compare it with."""
    if not _standing(session, model.project_id):
        _decide(session, model, None, Outcome.PROMOTED, "the first model", actor_id=None)


def measured(session: Session, model: Model) -> Promotion:
    """Promote a newly measured model, unless validation says that it is worse than who serves."""
    session.get_one(Project, model.project_id, with_for_update=True)
    session.flush()
    before = _before(session, model)
    better, reason = _judge(session, model, before)
    outcome = Outcome.PROMOTED if better else Outcome.REFUSED
    return _decide(session, model, before, outcome, reason, actor_id=None)


def promote(session: Session, model_id: UUID, *, actor_id: UUID) -> Promotion:
    """Have this model serve.

    Raises:
        WorseModel: Validation says that it is worse than who serves.
        Conflict: It serves already.
    """
    model = models.get(session, model_id)
    session.get_one(Project, model.project_id, with_for_update=True)
    before = serving(session, model.project_id)
    if before is not None and before.id == model.id:
        raise Conflict("This model serves already.", field="model")
    better, reason = _judge(session, model, before)
    if not better:
        raise WorseModel(f"Model {model.version} is worse than the serving one: {reason}.")
    return _decide(session, model, before, Outcome.PROMOTED, reason, actor_id=actor_id)


def roll_back(session: Session, project_id: UUID, *, actor_id: UUID) -> Promotion:
    """Have the model serve that served before the present one.

    Raises:
        Conflict: None did.
    """
    session.get_one(Project, project_id, with_for_update=True)
    served = _standing(session, project_id)
    if len(served) < 2:
        raise Conflict("No earlier model has served.", field="model")
    earlier, present = (session.get_one(Model, each) for each in served[-2:])
    reason = f"model {present.version} is taken back"
    return _decide(session, earlier, present, Outcome.ROLLED_BACK, reason, actor_id=actor_id)


def history(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (promotion, the model's version, who decided or None), newest first."""
    statement = (
        select(Promotion, Model.version, User.name)
        .join(Model, Model.id == Promotion.model_id)
        .outerjoin(User, User.id == Promotion.actor_id)
        .where(Promotion.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(Promotion.id)], newest_first=True)


def changes(session: Session, model: Model, against: Model, split: Split) -> list[ClassChange]:
    """Return each class's score under two models on one split.

    Raises:
        NotFound: One of the two was not measured on it.
    """
    scores = models.scores(session, [model, against])
    after, before = (_per_class(scores[each.id], split) for each in (model, against))
    return [
        ClassChange(
            each.id, each.name, before[each.id].iou if each.id in before else None, each.iou
        )
        for each in after.values()
    ]


def prediction(session: Session, project_id: UUID, image_id: UUID) -> tuple[Model, str]:
    """Return the serving model and the blob of its mask of the image.

    Raises:
        NotFound: No model serves, or it has not been asked for predictions of this image.
    """
    model = serving(session, project_id)
    if model is None:
        raise NotFound
    sha256 = session.scalar(
        select(ImagePrediction.sha256).where(
            ImagePrediction.model_id == model.id, ImagePrediction.image_id == image_id
        )
    )
    if sha256 is None:
        raise NotFound
    return model, sha256


def _standing(session: Session, project_id: UUID) -> list[UUID]:
    rows = session.execute(
        select(Promotion.outcome, Promotion.model_id)
        .where(Promotion.project_id == project_id)
        .order_by(Promotion.id)
    )
    return standing((outcome, model_id) for outcome, model_id in rows)


def _before(session: Session, model: Model) -> Model | None:
    """Return who serves, the new model itself left out."""
    served = [each for each in _standing(session, model.project_id) if each != model.id]
    return session.get_one(Model, served[-1]) if served else None


def _judge(session: Session, model: Model, before: Model | None) -> tuple[bool, str]:
    if before is None:
        return True, "the first model"
    return judge(_validation(session, model), _validation(session, before))


def _validation(session: Session, model: Model) -> float | None:
    return session.scalar(
        select(Evaluation.miou).where(
            Evaluation.model_id == model.id, Evaluation.split == Split.VALIDATION
        )
    )


def _decide(
    session: Session,
    model: Model,
    before: Model | None,
    outcome: Outcome,
    reason: str,
    *,
    actor_id: UUID | None,
) -> Promotion:
    made = Promotion(
        project_id=model.project_id,
        model_id=model.id,
        replaces_id=None if before is None else before.id,
        outcome=outcome,
        reason=reason,
        actor_id=actor_id,
        at=now(session),
    )
    session.add(made)
    webhooks.emit(
        session,
        model.project_id,
        f"model.{outcome.value}",
        model_id=str(model.id),
        version=model.version,
        reason=reason,
    )
    session.flush()
    return made


def _per_class(scores: list[models.Scores], split: Split) -> dict[int, ClassScore]:
    for one in scores:
        if one.split is split:
            return {each.id: each for each in one.per_class}
    raise NotFound
