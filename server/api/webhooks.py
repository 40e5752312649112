"""Webhooks: signed posts to other services, and the log of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfWebhook
from server.api.schemas import In, Listing, Out, listing
from server.rules.roles import Role
from server.rules.webhooks import DeliveryState
from server.services import audit, webhooks

router = APIRouter(tags=["webhooks"])

ProjectLead = Annotated[Caller, Depends(InProject(Role.LEAD))]
Lead = Annotated[Caller, Depends(OfWebhook(Role.LEAD))]


class WebhookIn(In):
    """Where to post."""

    url: str = Field(min_length=8, max_length=2000)


class EnabledIn(In):
    """On or off."""

    enabled: bool


class WebhookOut(Out):
    """A webhook without its secret."""

    id: UUID
    url: str
    enabled: bool
    created_at: datetime


class NewWebhookOut(WebhookOut):
    """A webhook with its secret, which is shown here and never again."""

    secret: str


class DeliveryOut(Out):
    """One event and what became of it."""

    id: UUID
    event: str
    body: dict[str, Any]
    state: DeliveryState
    attempts: int
    due_at: datetime
    status: int | None
    error: str | None
    created_at: datetime
    delivered_at: datetime | None


@router.post(
    "/projects/{project_id}/webhooks",
    status_code=status.HTTP_201_CREATED,
    summary="Make a webhook",
)
def create(who: ProjectLead, given: WebhookIn, session: SessionDep) -> NewWebhookOut:
    """Have the project's events posted there: rounds that move on, models that serve."""
    made, secret = webhooks.create(session, who.project_id, url=given.url, created_by=who.user_id)
    _note(session, who, "webhook.created", made.id)
    shown = WebhookOut.model_validate(made).model_dump()
    return NewWebhookOut(**shown, secret=secret)


@router.get("/projects/{project_id}/webhooks", summary="A project's webhooks")
def of_project(
    who: ProjectLead, request: Request, page: PageDep, session: SessionDep
) -> Listing[WebhookOut]:
    """Return a page of webhooks."""
    found = webhooks.of_project(session, who.project_id, page)
    return listing(request, found, lambda row: WebhookOut.model_validate(row[0]))


@router.patch("/webhooks/{webhook_id}", summary="Switch a webhook on or off")
def change(webhook_id: UUID, who: Lead, given: EnabledIn, session: SessionDep) -> WebhookOut:
    """Switch the webhook; what waits is still sent."""
    found = webhooks.get(session, webhook_id)
    found.enabled = given.enabled
    _note(session, who, "webhook.enabled" if given.enabled else "webhook.disabled", webhook_id)
    return WebhookOut.model_validate(found)


@router.delete(
    "/webhooks/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a webhook"
)
def remove(webhook_id: UUID, who: Lead, session: SessionDep) -> None:
    """Remove the webhook and its log."""
    webhooks.remove(session, webhook_id)
    _note(session, who, "webhook.removed", webhook_id)


@router.post(
    "/webhooks/{webhook_id}/ping", status_code=status.HTTP_202_ACCEPTED, summary="Try a webhook"
)
def ping(webhook_id: UUID, _: Lead, session: SessionDep) -> DeliveryOut:
    """Have an event `ping` sent."""
    return DeliveryOut.model_validate(webhooks.ping(session, webhooks.get(session, webhook_id)))


@router.get("/webhooks/{webhook_id}/deliveries", summary="What was sent to a webhook")
def deliveries(
    webhook_id: UUID, _: Lead, request: Request, page: PageDep, session: SessionDep
) -> Listing[DeliveryOut]:
    """Return a page of deliveries, newest first."""
    found = webhooks.log(session, webhook_id, page)
    return listing(request, found, lambda row: DeliveryOut.model_validate(row[0]))


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Send a delivery again",
)
def redeliver(webhook_id: UUID, delivery_id: UUID, _: Lead, session: SessionDep) -> DeliveryOut:
    """Send it again, whatever became of it."""
    return DeliveryOut.model_validate(webhooks.redeliver(session, webhook_id, delivery_id))


def _note(session: Session, who: Caller, act: str, webhook_id: UUID) -> None:
    audit.note(session, act, project_id=who.project_id, actor_id=who.user_id, subject=webhook_id)
