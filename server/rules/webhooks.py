"""Deliveries to other services: how they are signed, and when they are tried again."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum

MOST_ATTEMPTS = 8
FIRST_WAIT = 10
"""Seconds; doubled each time: the last attempt is made after some 21 minutes."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """No attempt is left; a lead may have it sent again."""


def signature(secret: str, *, timestamp: int, body: bytes) -> str:
    """Return what proves that the body came from us, and when: `t=...,v1=HMAC-SHA256`."""
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def wait_seconds(attempt: int) -> int:
    """Return how long to wait after the `attempt`-th failure."""
    return int(FIRST_WAIT * 2 ** (attempt - 1))
