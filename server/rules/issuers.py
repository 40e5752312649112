"""Signing in at an OpenID Connect issuer: how long it may last, which addresses are called."""

from __future__ import annotations

from ipaddress import ip_address
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


def may_follow(address: str, issuer: str, hosts: frozenset[str]) -> bool:
    """Whether an address that the issuer's document names is one of the issuer's.

    That is one at its own host, or at one of the `hosts` that the operator lists. Without a list
    an https issuer may name other hosts as well: by name, at https's own port. What the document
    says is then as good as the issuer's certificate; a document that came by http vouches for none.
    """
    if same_host(address, issuer):
        return True
    parts = _split(address)
    if parts is None or "@" in parts.netloc or parts.fragment:
        return False
    if hosts:
        return parts.netloc in hosts and may_call(address.partition("?")[0])
    schemes = {parts.scheme, urlsplit(issuer).scheme}
    return schemes == {"https"} and parts.port in (None, 443) and _is_name(parts.hostname)


def same_host(address: str, issuer: str) -> bool:
    """Whether an address that a document names lies at the issuer's own scheme, host and port."""
    one, other = _split(address), _split(issuer)
    if one is None or other is None or "@" in one.netloc:
        return False
    return _origin(one) == _origin(other)


def _is_name(host: str | None) -> bool:
    """Whether it is a name of the open network, not a number and not one of this machine."""
    if not host or host in LOOPBACK or "." not in host:
        return False
    try:
        ip_address(host)
    except ValueError:
        return not host.rpartition(".")[2].isdigit()
    return False


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # a port that is no number shows only when it is asked for
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
