"""Units and movements of a labelling budget."""

from __future__ import annotations

from enum import StrEnum


class BudgetUnit(StrEnum):
    """What one label costs is counted in."""

    IMAGES = "images"


class EntryKind(StrEnum):
    """One movement. Selection reserves nothing; a lease reserves, a submission spends it."""

    GRANT = "grant"
    RESERVE = "reserve"
    SPEND = "spend"
    """Turns a reservation into an expense."""
    REFUND = "refund"
    """Gives a reservation back: released, skipped, expired or cancelled."""


ITEM_COST = 1
"""Images that one item costs."""
