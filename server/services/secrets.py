"""Secrets that are shown once: only their SHA-256 is kept, so a stolen table signs nobody in."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "mlp_"  # noqa: S105  a prefix that secret scanners can look for, not a secret


def new() -> str:
    """Return 256 random bits, safe in a link."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret. It is random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
