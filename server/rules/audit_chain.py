"""The chain of audit entries: each one's hash covers its words and the hash before it.

The form below is frozen: another one would break every chain that is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

START = "0" * 64
"""What the first entry names as the hash before it."""

INSTALLATION = "installation"
"""The chain of what lies in no project: people, login links, tokens."""


def scope_of(project_id: UUID | None) -> str:
    """Return the name of the chain: each project has one, the installation another."""
    return INSTALLATION if project_id is None else str(project_id)


def digest(
    *,
    scope: str,
    number: int,
    before: str,
    actor_id: UUID | None,
    act: str,
    subject: str,
    details: Mapping[str, Any],
    at: datetime,
) -> str:
    """Return the SHA-256 of one entry in its place."""
    words = [
        scope,
        number,
        before,
        None if actor_id is None else str(actor_id),
        act,
        subject,
        details,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]
    text = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
