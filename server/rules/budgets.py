"""Units, holders and movements of a labelling budget."""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from uuid import UUID


class BudgetUnit(StrEnum):
    """What labelling is counted in; a project may count in several units at once."""

    IMAGES = "images"
    PIXELS = "pixels"
    """Of the image that is labelled."""
    CLICKS = "clicks"
    SECONDS = "seconds"
    """Active ones, as the editor reports them, within the lease's wall time."""


class EntryKind(StrEnum):
    """One movement. Selection reserves nothing; a lease reserves, a submission spends it."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    """Takes back what was granted and is neither reserved nor spent."""
    RESERVE = "reserve"
    SPEND = "spend"
    """Ends a reservation and spends what the label really took."""
    REFUND = "refund"
    """Gives a reservation back: released, skipped, expired or cancelled."""
    CHARGE = "charge"
    """Spends without a reservation: a validation label."""
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"


BY_LEASE = frozenset({EntryKind.RESERVE, EntryKind.SPEND, EntryKind.REFUND})

ITEM_COST = 1
"""Images that one item costs."""

UNTRIED = {BudgetUnit.CLICKS: 50, BudgetUnit.SECONDS: 120}
"""What a lease reserves of a unit that is known only afterwards, before anyone has labelled."""

PROJECT = "project"
"""The holder that pays for everything; rounds and people may have limits of their own beside it."""


def of_round(round_id: UUID) -> str:
    """Return a round's name as a holder."""
    return f"round:{round_id}"


def of_person(user_id: UUID) -> str:
    """Return a person's name as a holder."""
    return f"person:{user_id}"


def used(unit: BudgetUnit, *, reserved: int, clicks: int | None, seconds: float | None) -> int:
    """Return what a submitted label took; images and pixels were known when they were reserved.

    An editor that reports nothing is charged what was reserved.
    """
    reported = {BudgetUnit.CLICKS: clicks, BudgetUnit.SECONDS: seconds}.get(unit)
    return reserved if reported is None else ceil(reported)
