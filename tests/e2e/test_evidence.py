"""What a lead reads: the project's page and a round's report, in a real browser and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, sessionmaker

from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.e2e.host import Host, sign_in
from tests.e2e.measured import Measured, new_measured
from tests.e2e.test_axe import serious
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Lead:
    """A lead's browser on a measured project."""

    page: Page
    url: str
    facts: Measured

    def open(self, address: str) -> None:
        """Go to a page and wait for its first part."""
        self.page.goto(self.url + address)
        self.page.locator("main.page :is(.card, .report)").first.wait_for()


@pytest.fixture
def lead(
    settings: Settings,
    sessions: sessionmaker[Session],
    queue: RecordingQueue,
    page: Page,
    tmp_path: Path,
) -> Iterator[Lead]:
    """A signed-in lead."""
    with sessions() as session:
        facts = new_measured(session, LocalBlobs(settings.blob_folder), tmp_path / "scenes")
        session.commit()
    host = Host(settings, queue)
    url = f"http://127.0.0.1:{host.port}"
    sign_in(page, url, facts.login_path)
    yield Lead(page, url, facts)
    host.stop()


def all_pictures_are_there(page: Page, where: str, count: int) -> None:
    pictures = page.locator(f"{where} img")
    expect(pictures).to_have_count(count)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0, picture.get_attribute("src")


def test_the_overview_says_what_the_labels_bought(lead: Lead) -> None:
    page = lead.page
    lead.open(f"/projects/{lead.facts.project_id}")

    advice = re.compile(r"The next 10 labels are worth about \+.*minutes\. You are at \d+ %")
    expect(page.get_by_test_id("advice")).to_have_text(advice)
    curve = page.get_by_role("img", name=re.compile("^mIoU against what it cost, labels"))
    expect(curve).to_have_attribute("aria-label", re.compile("warm-up, 0: .*round 4, 16: "))
    page.get_by_role("button", name="minutes").click()
    minutes = page.get_by_role("img", name=re.compile("^mIoU against what it cost, minutes"))
    expect(minutes).to_be_visible()

    page.get_by_text("Compare with a figure from elsewhere").click()
    page.get_by_label("Test mIoU, %").fill("22.2")
    page.get_by_label("Where it comes from").fill("last year's model")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(minutes).to_have_attribute("aria-label", re.compile("source only: 22.2 %"))
    expect(page.get_by_text("source only: last year's model")).to_be_visible()

    all_pictures_are_there(page, ".worst", 6)
    expect(page.get_by_text(re.compile("[01] of 1 inside"))).to_be_visible()
    expect(page.get_by_text("not yet measured")).to_be_visible()
    expect(page.get_by_text(re.compile(r"calibration error \d"))).to_be_visible()
    page.get_by_text("The whole matrix").click()
    expect(page.get_by_role("columnheader", name="vegetation")).to_be_visible()
    expect(page.get_by_text("done at this pace")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")  # no colour is read on its way to another
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert serious(page) == []


def test_the_report_stands_on_paper_as_on_the_screen(lead: Lead, tmp_path: Path) -> None:
    page = lead.page
    lead.open(f"/projects/{lead.facts.project_id}")
    page.get_by_role("listitem").filter(has_text="round 4").get_by_role("link").click()

    expect(page.get_by_role("heading", name="Report of round 4").first).to_be_visible()
    expect(page.get_by_text(re.compile("Forecast for 16 labels: .* Measured: "))).to_be_visible()
    expect(page.get_by_text("Model 5 was promoted and serves.")).to_be_visible()
    all_pictures_are_there(page, ".report", 4 * 4 + 4 * 2)
    assert serious(page) == []

    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.locator("header.bar")).to_be_hidden()
    paper = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page[^s]", paper))
    assert 2 <= sheets <= 4

    page.emulate_media(media="screen")
    lead.open(f"/rounds/{lead.facts.rounds[4]}/report")
    expect(page.get_by_text("The round is not over: labelling.")).to_be_visible()
