"""The pages of jobs and models in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Job, JobLine, Metric
from server.rules.jobs import JobKind, JobState
from tests.e2e.host import Service
from tests.e2e.test_project import open_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def say(service: Service, text: str) -> None:
    """Have the running measurement say a line, as its worker would."""
    with service.sessions() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.EVALUATE)).one()
        job.state, job.progress, job.version = JobState.RUNNING, 0.25, job.version + 1
        session.add(JobLine(job_id=job.id, at=now(session), text=text))
        session.commit()


def test_a_job_tells_what_it_does_while_it_does_it(page: Page, service: Service) -> None:
    open_project(page, service)
    page.get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_label("State").select_option("queued")
    expect(page.get_by_role("table", name="Jobs").get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Measuring on test").click()
    expect(page.get_by_text("It has said nothing yet.")).to_be_visible()
    say(service, "one of four images")
    expect(page.get_by_text("one of four images")).to_be_visible()
    say(service, "two of four images")
    expect(page.get_by_text("two of four images")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()  # a running job is asked to


def test_a_training_shows_its_losses_and_a_model_who_it_is(page: Page, service: Service) -> None:
    with service.sessions() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.WARM_UP)).one()
        for step in range(3):
            session.add(
                Metric(id=uuid7(), job_id=job.id, name="loss", step=step, value=2.0 - step / 2)
            )
        session.commit()
    open_project(page, service)
    page.get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_role("link", name="Warm-up training").click()
    expect(page.get_by_role("img", name="loss 1.000")).to_be_visible()

    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_text("promoted")).to_be_visible()
    page.get_by_role("link", name="Model 1").click()
    expect(page.get_by_role("heading", name="Model 1", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="model.safetensors")).to_be_visible()
