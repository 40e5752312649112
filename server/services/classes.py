"""Class lists: versions that are only ever added, so that no mask changes its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import ClassList, Project
from server.rules.errors import Invalid, NoClasses, NotFound
from server.rules.images import MAX_CLASS_ID


def put(session: Session, project_id: UUID, classes: Sequence[dict[str, Any]]) -> ClassList:
    """Add a new version of the project's class list, in order of id."""
    _check(classes)
    session.get_one(Project, project_id, with_for_update=True)  # versions follow one another
    last = newest(session, project_id)
    added = ClassList(
        project_id=project_id,
        version=last.version + 1 if last else 1,
        classes=sorted(classes, key=lambda entry: int(entry["id"])),
        created_at=now(session),
    )
    session.add(added)
    session.flush()
    return added


def newest(session: Session, project_id: UUID) -> ClassList | None:
    """Return the newest version, or None before the first."""
    return session.scalar(
        select(ClassList)
        .where(ClassList.project_id == project_id)
        .order_by(ClassList.version.desc())
        .limit(1)
    )


def required(session: Session, project_id: UUID) -> ClassList:
    """Return the newest version, or raise `NoClasses`."""
    found = newest(session, project_id)
    if found is None:
        raise NoClasses("The project has no class list yet.", field="classes")
    return found


def get(session: Session, project_id: UUID, version: int) -> ClassList:
    """Return one version, or raise `NotFound`."""
    found = session.scalar(
        select(ClassList).where(ClassList.project_id == project_id, ClassList.version == version)
    )
    if found is None:
        raise NotFound
    return found


def ids(class_list: ClassList) -> frozenset[int]:
    """Return the class ids that a mask of this version may hold."""
    return frozenset(int(entry["id"]) for entry in class_list.classes)


def _check(classes: Sequence[dict[str, Any]]) -> None:
    if not classes:
        raise Invalid("A class list has at least one class.", field="classes")
    for place, entry in enumerate(classes):
        if not 0 <= int(entry["id"]) <= MAX_CLASS_ID:
            raise Invalid(
                f"Class ids are 0 to {MAX_CLASS_ID} (255 is void), not {entry['id']}.",
                field=f"classes.{place}.id",
            )
    for key in ("id", "name"):
        values = [entry[key] for entry in classes]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise Invalid(f"Two classes have the {key} {twice!r}.", field="classes")
