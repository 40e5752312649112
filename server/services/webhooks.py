"""Telling other services: webhooks, the events that wait for them, and the log of deliveries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Delivery, Webhook
from server.rules.errors import Invalid, NotFound
from server.rules.webhooks import MOST_ATTEMPTS, DeliveryState, signature, wait_seconds
from server.services import secrets
from server.services.paging import Page, PageQuery, by_id, fetch

TRYING_SECONDS = 60
"""While one attempt lasts nobody else makes one; a sender that died is followed after this."""
AT_ONCE = 10
"""Deliveries of one tick, so that slow receivers do not hold the next tick up."""


@dataclass(frozen=True)
class Outgoing:
    """One attempt: what to post where."""

    delivery_id: UUID
    url: str
    headers: dict[str, str]
    body: bytes


def create(
    session: Session, project_id: UUID, *, url: str, created_by: UUID | None
) -> tuple[Webhook, str]:
    """Add a webhook; the secret is returned here and never again."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Invalid("A webhook is an http or https address without a password.", field="url")
    secret = secrets.new()
    made = Webhook(
        project_id=project_id,
        url=url,
        secret=secret,
        enabled=True,
        created_by=created_by,
        created_at=now(session),
    )
    session.add(made)
    session.flush()
    return made, secret


def get(session: Session, webhook_id: UUID) -> Webhook:
    """Return the webhook, or raise `NotFound`."""
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound
    return found


def remove(session: Session, webhook_id: UUID) -> None:
    """Remove a webhook and its log."""
    session.execute(delete(Delivery).where(Delivery.webhook_id == webhook_id))
    session.delete(get(session, webhook_id))


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of webhooks, oldest first."""
    statement = select(Webhook).where(Webhook.project_id == project_id)
    return fetch(session, statement, query, keys=[by_id(Webhook.id)])


def log(session: Session, webhook_id: UUID, query: PageQuery) -> Page:
    """Return a page of deliveries, newest first."""
    statement = select(Delivery).where(Delivery.webhook_id == webhook_id)
    return fetch(session, statement, query, keys=[by_id(Delivery.id)], newest_first=True)


def emit(session: Session, project_id: UUID, event: str, **data: Any) -> None:
    """Have the project's webhooks told, if the transaction that this is part of commits."""
    moment = now(session)
    hooks = session.scalars(
        select(Webhook).where(Webhook.project_id == project_id, Webhook.enabled)
    ).all()
    for hook in hooks:
        body = {"event": event, "project_id": str(project_id), "at": moment.isoformat(), **data}
        session.add(
            Delivery(
                webhook_id=hook.id,
                event=event,
                body=body,
                state=DeliveryState.WAITING,
                due_at=moment,
                created_at=moment,
            )
        )


def ping(session: Session, webhook: Webhook) -> Delivery:
    """Add a delivery that says nothing, to try the address out."""
    moment = now(session)
    made = Delivery(
        webhook_id=webhook.id,
        event="ping",
        body={"event": "ping", "project_id": str(webhook.project_id), "at": moment.isoformat()},
        state=DeliveryState.WAITING,
        due_at=moment,
        created_at=moment,
    )
    session.add(made)
    session.flush()
    return made


def redeliver(session: Session, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """Have a delivery sent again, whatever became of it; its attempts count anew."""
    found = session.get(Delivery, delivery_id, with_for_update=True)
    if found is None or found.webhook_id != webhook_id:
        raise NotFound
    found.state, found.attempts, found.due_at = DeliveryState.WAITING, 0, now(session)
    return found


def take_due(session: Session) -> list[Outgoing]:
    """Begin an attempt for what is due; skips what another sender is taking."""
    moment = now(session)
    rows = session.execute(
        select(Delivery, Webhook)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= moment)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()
    taken = []
    for delivery, hook in rows:
        delivery.attempts += 1
        delivery.due_at = moment + timedelta(seconds=TRYING_SECONDS)
        body = json.dumps({"id": str(delivery.id), **delivery.body}).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Maskloop-Event": delivery.event,
            "X-Maskloop-Delivery": str(delivery.id),
            "X-Maskloop-Signature": signature(
                hook.secret, timestamp=int(moment.timestamp()), body=body
            ),
        }
        taken.append(Outgoing(delivery.id, hook.url, headers, body))
    return taken


def answered(session: Session, delivery_id: UUID, *, status: int | None, error: str | None) -> None:
    """Write down how an attempt ended: any 2xx is delivered, all else is tried again."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        return  # its webhook was removed meanwhile
    delivery.status, delivery.error = status, error
    if status is not None and 200 <= status < 300:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now(session)
    elif delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.due_at = now(session) + timedelta(seconds=wait_seconds(delivery.attempts))
