"""Items (one image that a round asks a person to correct) and the leases people hold on them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class ItemState(StrEnum):
    """An item ends submitted or skipped; a lease that ends early opens it again.

    A reviewer may return a submitted one: its author takes it once more, at no cost.
    """

    OPEN = "open"
    LEASED = "leased"
    SUBMITTED = "submitted"
    SKIPPED = "skipped"
    RETURNED = "returned"


class LeaseState(StrEnum):
    """Exactly one of the ends follows `active`."""

    ACTIVE = "active"
    SUBMITTED = "submitted"
    SKIPPED = "skipped"
    RELEASED = "released"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LeaseTimes:
    """Seconds. A heartbeat every 30 s renews the lease; silence makes it takeable, then ends it."""

    length: int = 600
    heartbeat: int = 30
    silent: int = 120
    """After this much silence another person may take the item over."""


def starts_blank(name: str, *, seed: int, share: float) -> bool:
    """Whether the image is among the share that people begin without the model's mask.

    Drawn by name and seed, so that who is asked, and when, has no say in it.
    """
    drawn = int.from_bytes(hashlib.sha256(f"blank {seed} {name}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


HELD_AT_MOST = 3
"""Items that one person may hold in a project: the one on screen and those fetched ahead."""
