"""Signing in at an OpenID Connect issuer: how long it may last, which addresses are called."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

FLOW_SECONDS = 600
"""A person has this long to sign in at the issuer."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"https": 443, "http": 80}


def may_call(address: str) -> bool:
    """Whether it is https, or http of this very machine, and hides nothing."""
    parts = _split(address)
    if parts is None or not parts.hostname or "@" in parts.netloc:
        return False
    if parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def same_host(address: str, issuer: str) -> bool:
    """Whether an address that a document names lies at the issuer's own scheme, host and port."""
    one, other = _split(address), _split(issuer)
    if one is None or other is None or "@" in one.netloc:
        return False
    return _origin(one) == _origin(other)


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is no number shows only when it is asked for
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
