"""Posts webhooks to the addresses that people wrote."""

from __future__ import annotations

import httpx2
from sqlalchemy.orm import Session, sessionmaker

from server.outbound import Unreachable, pinned
from server.services import webhooks
from server.services.unit_of_work import transaction
from server.services.webhooks import Outgoing

SECONDS = 5
"""For one attempt: a receiver should note the event and work later."""


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
        to = pinned(outgoing.url, inside=inside, allowed_by="MASKLOOP_WEBHOOKS_INSIDE")
        with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(
                to.url,
                content=outgoing.body,
                headers={**outgoing.headers, **to.headers},
                extensions=to.extensions,
            )
        return answer.status_code, None
    except (Unreachable, httpx2.HTTPError, httpx2.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"[:500]
