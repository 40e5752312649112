"""Calls to addresses that others wrote: never into the own network unless that is allowed."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2


class Unreachable(Exception):
    """The address is not one that may be called, or nobody answers there."""


@dataclass(frozen=True)
class Pinned:
    """An address by number, with what a request needs to be one to the name."""

    url: httpx2.URL
    headers: dict[str, str]
    extensions: dict[str, str | None]


def pinned(url: str, *, inside: bool, allowed_by: str = "") -> Pinned:
    """Return the address by number.

    The number that was checked is the one that is called: a name that answers differently the
    second time gains nothing.

    Args:
        inside: Whether addresses of the own network may be called.
        allowed_by: The setting that allows them, for the refusal.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Unreachable(f"no such host: {error}") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not inside and not all(ipaddress.ip_address(each).is_global for each in numbers):
        raise Unreachable(f"this address lies inside the network; {allowed_by} allows it")
    return Pinned(
        httpx2.URL(url).copy_with(host=numbers[0], port=port),
        {"Host": parts.netloc.rpartition("@")[2]},
        {"sni_hostname": parts.hostname},
    )
