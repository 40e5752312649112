"""Signing in at an issuer of another site, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import WebSession
from server.services import users
from server.settings import Settings
from tests.e2e.host import Host
from tests.e2e.test_axe import serious
from tests.servers.issuer import CLIENT, SECRET, issuer_server
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_person_of_the_issuer_goes_on_to_the_page_that_was_asked_for(
    page: Page,
    database_url: str,
    sessions: sessionmaker[Session],
    queue: RecordingQueue,
    tmp_path: Path,
) -> None:
    with issuer_server("localhost") as issuer:
        host = Host(
            Settings(
                data=tmp_path / "data",
                database_url=database_url,
                oidc_issuer=issuer.url,
                oidc_client_id=CLIENT,
                oidc_client_secret=SECRET,
            ),
            queue,
        )
        try:
            url = f"http://127.0.0.1:{host.port}"
            page.goto(f"{url}/?kept=1")
            button = page.get_by_role("button", name="Sign in with localhost")
            button.click()
            expect(page.get_by_role("alert")).to_contain_text("Nobody here has your address")
            assert page.url == f"{url}/login"
            assert serious(page) == []
            with sessions() as session:
                users.create(session, name="mara@example.org")
                session.commit()
            button.click()
            page.wait_for_url(f"{url}/?kept=1")
            expect(page.get_by_role("heading", name="Projects")).to_be_visible()
            _sign_in_again_over_unsaved_work(page, sessions)
        finally:
            host.stop()


def _sign_in_again_over_unsaved_work(page: Page, sessions: sessionmaker[Session]) -> None:
    """The session ends while a form is filled in; another tab renews it, and the form goes on."""
    name = page.get_by_role("textbox", name="Name")
    name.fill("cam-7")
    with sessions.begin() as session:
        session.execute(delete(WebSession))
    name.press("Enter")
    overlay = page.get_by_role("dialog", name="Your session has ended")
    again = overlay.get_by_role("link", name="Sign in with localhost")
    expect(again).to_be_visible()
    assert serious(page) == []
    with page.context.expect_page():  # which closes itself where the browser lets it
        again.click()
    expect(overlay).to_be_hidden()
    expect(name).to_have_value("cam-7")
    name.press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/[0-9a-f-]{36}$"))
