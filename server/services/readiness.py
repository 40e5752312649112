"""Whether a project has all that a round needs before it starts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import ClassList, Round
from server.rules.errors import (
    BudgetExhausted,
    Conflict,
    NoClasses,
    NoSourceLabels,
    NoTargetImages,
)
from server.rules.images import Split
from server.rules.plans import GroupQuota, labels_of
from server.services import budgets, candidates, overlap


def check(session: Session, round_: Round) -> ClassList:
    """Return the classes that the round is to mean.

    Raises:
        NoClasses, NoSourceLabels, NoTargetImages, BudgetExhausted, Conflict: What is missing.
    """
    project_id = round_.project_id
    classes = session.scalar(
        select(ClassList)
        .where(ClassList.project_id == project_id)
        .order_by(ClassList.version.desc())
        .limit(1)
    )
    if classes is None:
        raise NoClasses("The project has no class list yet.", field="classes")
    overlap.check_people(session, round_)
    if candidates.count_labelled(session, project_id, Split.TRAIN) == 0:
        raise NoSourceLabels("The project has no labelled source image yet.", field="source")
    _check_pool(session, round_)
    left = budgets.balance(session, project_id).left
    if left <= 0:
        raise BudgetExhausted(asked=labels_of(round_.k, round_.config), left=left)
    return classes


def _check_pool(session: Session, round_: Round) -> None:
    pool = candidates.count_unlabelled(session, round_.project_id)
    if pool == 0:
        raise NoTargetImages("The pool has no unlabelled target image.", field="target")
    if round_.k > pool:
        raise NoTargetImages(
            f"The round asks for {round_.k} labels, the pool has {pool} unlabelled images.",
            field="k",
        )
    equal = round_.config.get("group_quota") == GroupQuota.EQUAL
    if equal and candidates.count_groups(session, round_.project_id) < 2:
        raise Conflict(
            "The pool's images are in no groups that the choice could be shared between.",
            field="group_quota",
        )
