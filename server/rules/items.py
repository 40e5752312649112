"""Items (one image that a round asks a person to correct) and the leases people hold on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
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


def drawn(*words: object) -> float:
    """Return a number from 0 to 1 that the words decide, as good as a random one."""
    text = " ".join(str(word) for word in words)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def starts_blank(name: str, *, seed: int, share: float) -> bool:
    """Whether the image is among the share that people begin without the model's mask.

    Drawn by name and seed, so that who is asked, and when, has no say in it.
    """
    return drawn("blank", seed, name) < share


def for_several(names: Iterable[str], *, seed: int, count: int) -> frozenset[str]:
    """Return which images several people label: `count` of them, drawn by name and seed."""
    ordered = sorted(names, key=lambda name: (drawn("several", seed, name), name))
    return frozenset(ordered[:count])


def hidden_among(count: int, hidden_share: float) -> int:
    """Return how many hidden images make that share of a queue with `count` others."""
    return round(count * hidden_share / (1 - hidden_share))


def places(count: int, *, seed: int, hidden_share: float) -> tuple[list[int], list[int]]:
    """Return the places in a queue of `count` images, and those kept free for hidden ones.

    The last place is never a free one, so the queue's length tells nothing.
    """
    free = hidden_among(count, hidden_share)
    inner = sorted(range(1, count + free), key=lambda place: drawn("place", seed, place))
    kept = sorted(inner[:free])
    return [place for place in range(1, count + free + 1) if place not in set(kept)], kept


def nearest_free(kept: Sequence[int], used: Iterable[int], *, at: int) -> int | None:
    """Return the place nearest to `at` that the person has not had yet."""
    taken = set(used)
    free = [place for place in kept if place not in taken]
    return min(free, key=lambda place: (abs(place - at), place), default=None)


MOST_HIDDEN = 0.5
"""The largest share of hidden items in a person's queue."""

MOST_PEOPLE = 5
"""Who label one image independently."""

HELD_AT_MOST = 3
"""Items that one person may hold in a project: the one on screen and those fetched ahead."""
