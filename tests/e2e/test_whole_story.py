"""A lead's whole story in the browser: from an empty service to a model of the exported set."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.commands import local_access, service
from server.settings import Settings
from tests.e2e.host import new_page
from tests.loop import toy
from tests.loop.conftest import scenes as scenes

LABELS = 3
LONG_MS = 240_000
"""A stage of training beside other work."""


@pytest.mark.slow
def test_the_pages_tell_the_whole_story(
    scenes: Path, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in toy.environment().items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "data"
    with service.running(folder, port=service.free_port(), import_roots=(scenes,)) as own:
        page = new_page(browser, width=1440, height=900, keeps_pages=True)
        page.goto(own.url + local_access.login_path(Settings(data=folder)))

        make_project(page, "yard", scenes)
        bring_in(page, "Labelled source", scenes / "source", masks=True)
        bring_in(page, "Target pool", scenes / "target", masks=False)
        bring_in(page, "Test", scenes / "test", masks=True)
        link = invite(page, "kim")
        grant(page, LABELS)
        start_round(page, labels=LABELS, recipe="stal")
        wait_for(page, "Labelling")
        label_all(browser, link)
        wait_for(page, "Closed")
        approve_all(page)
        promote(page)
        archive = export(page, tmp_path / "yard.zip")

        page.goto(own.url)
        make_project(page, "again", scenes)
        bring_in_archive(page, archive)
        bring_in(page, "Target pool", scenes / "test", masks=False)
        grant(page, 1)
        start_round(page, labels=1, recipe="supervised")
        wait_for(page, "Labelling")
        open_tab(page, "Models")
        expect(page.get_by_role("link", name="Model 1")).to_be_visible()
        page.context.close()


def open_tab(page: Page, name: str) -> None:
    """Go to another page of the project."""
    page.get_by_role("navigation", name="Pages of the project").get_by_text(name).click()


def make_project(page: Page, name: str, scenes: Path) -> None:
    """Make it and set its classes."""
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="New project").click()
    page.get_by_role("heading", name=name).wait_for()
    classes = json.loads((scenes / "classes.json").read_text())["classes"]
    lines = "\n".join(f"{each['name']} {each['colour']}" for each in classes)
    page.get_by_label("Classes", exact=True).fill(lines)
    page.get_by_role("button", name="Save classes").click()
    expect(page.get_by_text(f"{len(classes)} classes")).to_be_visible()


def bring_in(page: Page, place: str, folder: Path, *, masks: bool) -> None:
    """Import a folder of the server, once its labels are looked at."""
    open_tab(page, "Data")
    page.get_by_role("button", name="On the server").click()
    page.get_by_label("Folder of images").fill(str(folder / "images"))
    page.get_by_role("radio", name=re.compile(f"^{place}")).check()
    if masks:
        page.get_by_label("Folder of masks").fill(str(folder / "labels"))
    run_import(page, len(list((folder / "images").iterdir())))


def bring_in_archive(page: Page, archive: Path) -> None:
    """Import what was exported, as the labelled source of another project."""
    open_tab(page, "Data")
    page.locator("input[type=file]:not([webkitdirectory])").set_input_files(archive)
    expect(page.get_by_text("arrived", exact=True)).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Labelled source")).check()
    page.get_by_label("Folder of images").select_option("images/pool")
    page.get_by_label("Folder of masks").select_option("masks/pool")
    run_import(page, LABELS)


def run_import(page: Page, images: int) -> None:
    """Look into what was chosen, import it, and wait for the report."""
    page.get_by_role("button", name="Look into it").click()
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url(re.compile("/imports/"))
    report = page.get_by_text(f"{images} accepted, 0 duplicates, 0 refused").first
    expect(report).to_be_visible(timeout=LONG_MS)


def invite(page: Page, name: str) -> str:
    """Give somebody a role; return their login link."""
    open_tab(page, "People")
    page.get_by_role("button", name="Invite").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Name").fill(name)
    sheet.get_by_role("button", name="Invite").click()
    link = sheet.get_by_label("Sign-in link").input_value()
    sheet.get_by_role("button", name="Close").click()
    return link


def grant(page: Page, images: int) -> None:
    """Set what the project may spend."""
    open_tab(page, "Budget")
    page.get_by_label("May spend in all").fill(str(images))
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text(f"{images} granted")).to_be_visible()


def start_round(page: Page, *, labels: int, recipe: str) -> None:
    """Plan a round of a few steps and start it."""
    open_tab(page, "Rounds")
    page.get_by_role("button", name="Plan a round").first.click()
    plan = page.get_by_role("dialog")
    plan.get_by_label("Labels", exact=True).fill(str(labels))
    plan.get_by_text("More settings").click()
    plan.get_by_label("Training steps").fill("4")
    plan.get_by_label("Recipe").select_option(recipe)
    plan.get_by_role("button", name="Make the draft").click()
    page.get_by_role("button", name="Start", exact=True).click()


def wait_for(page: Page, state: str) -> None:
    """Wait on the round's page until it has come to a state."""
    now = page.locator(".timeline [aria-current=step]")
    expect(now).to_have_text(state, timeout=LONG_MS)


def label_all(browser: Browser, link: str) -> None:
    """Submit every image as the person who was invited."""
    desk = new_page(browser, width=1440, height=900)
    desk.goto(link)
    desk.get_by_role("link", name="Label").click()
    for place in range(1, LABELS + 1):
        # The item before stays until this one is open, and nothing was changed on it either.
        expect(desk.locator(".item-place")).to_have_text(f"item {place} of {LABELS}")
        expect(desk.get_by_text("nothing changed yet")).to_be_visible()
        with desk.expect_response(re.compile("/submit")) as answer:
            desk.keyboard.press("Control+Enter")
        assert answer.value.ok, answer.value.text()
    desk.context.close()


def approve_all(page: Page) -> None:
    """Approve what was submitted, one after the other."""
    address = page.url
    open_tab(page, "Overview")
    page.get_by_role("link", name="Review").click()
    for left in range(LABELS, 0, -1):
        # The canvas of the one before stays until the next is opened: its place says which it is.
        expect(page.locator(".item-place")).to_have_text(f"1 of {left} waiting")
        page.locator("canvas.layer-mask").wait_for()
        with page.expect_response(re.compile("/approve$")):
            page.keyboard.press("Control+Enter")
    page.goto(address)


def promote(page: Page) -> None:
    """Take the new model back, and have it serve again by hand."""
    open_tab(page, "Models")
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("rolled back")).to_be_visible()
    page.get_by_role("link", name="Model 2").click()
    page.get_by_role("button", name="Have it serve").click()
    expect(page.get_by_text("serves", exact=True)).to_be_visible()


def export(page: Page, target: Path) -> Path:
    """Write the pool's masks and images, and download them."""
    open_tab(page, "Data")
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download(timeout=LONG_MS) as download:
        page.get_by_role("link", name="Download").click(timeout=LONG_MS)
    download.value.save_as(target)
    return target
