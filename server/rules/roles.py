"""Roles in a project, in order: a higher role may do all that a lower one may."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A person's role in one project."""

    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    LEAD = "lead"


_ORDER = [Role.ANNOTATOR, Role.REVIEWER, Role.LEAD]


def at_least(role: Role, needed: Role) -> bool:
    """Whether `role` may do what `needed` may."""
    return _ORDER.index(role) >= _ORDER.index(needed)
