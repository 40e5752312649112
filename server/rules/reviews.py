"""What a reviewer may say of a submitted mask."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """A review ends in exactly one of these."""

    APPROVED = "approved"
    RETURNED = "returned"
    """Its author corrects it again, at no cost."""
    FIXED = "fixed"
    """The reviewer drew a new revision and approved that."""


MOST_REMARKS = 50
MAX_REMARK = 1000
"""Characters of one remark."""
