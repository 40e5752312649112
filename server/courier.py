"""Posts to addresses that people wrote: the only place that calls where people say."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

import httpx2
from sqlalchemy.orm import Session, sessionmaker

from server.services import webhooks
from server.services.unit_of_work import transaction
from server.services.webhooks import Outgoing

SECONDS = 5
"""For one attempt: a receiver should note the event and work later."""


class Unreachable(Exception):
    """The address is not one that may be called, or nobody answers there."""


def deliver_due(sessions: sessionmaker[Session], *, inside: bool) -> int:
    """Send what is due, with no transaction open meanwhile; return how many were tried."""
    with transaction(sessions) as session:
        due = webhooks.take_due(session)
    for each in due:
        status, error = attempt(each, inside=inside)
        with transaction(sessions) as session:
            webhooks.answered(session, each.delivery_id, status=status, error=error)
    return len(due)


def attempt(outgoing: Outgoing, *, inside: bool) -> tuple[int | None, str | None]:
    """Post once; return the answer's status, or why there is none.

    Args:
        inside: Whether addresses of the own network may be called.
    """
    try:
        url, host = _pinned(outgoing.url, inside=inside)
        with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(
                url,
                content=outgoing.body,
                headers={**outgoing.headers, "Host": host},
                extensions={"sni_hostname": urlsplit(outgoing.url).hostname},
            )
        return answer.status_code, None
    except (Unreachable, httpx2.HTTPError, httpx2.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"[:500]


def _pinned(url: str, *, inside: bool) -> tuple[httpx2.URL, str]:
    """Return the address by number, and the host's name for the header.

    The number that was checked is the one that is called: a name that answers differently the
    second time gains nothing.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Unreachable(f"no such host: {error}") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not inside and not all(ipaddress.ip_address(each).is_global for each in numbers):
        raise Unreachable(
            "this address lies inside the network; MASKLOOP_WEBHOOKS_INSIDE allows it"
        )
    pinned = httpx2.URL(url).copy_with(host=numbers[0], port=port)
    return pinned, parts.netloc.rpartition("@")[2]
