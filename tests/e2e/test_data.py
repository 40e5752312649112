"""The page of data in a real browser: sent in pieces, mapped, imported, reported, exported."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image as Picture
from playwright.sync_api import Page, Route, expect

from server.storage.local import LocalBlobs
from tests.e2e.host import Service, holding, sign_in
from tests.folders import write_images, write_masks
from tests.servers.jobs import do_queued
from worker.context import Resources

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PIECE = 4 * 2**20


def work(service: Service) -> None:
    """Do what the page asked for, as a worker would."""
    settings, queue = service.host.settings, service.host.queue
    do_queued(Resources(settings, service.sessions, LocalBlobs(settings.blob_folder), queue), queue)


def open_data(page: Page, service: Service) -> None:
    """Sign in and go to the data's page."""
    sign_in(page, service.url, service.street.login_path)
    page.goto(f"{service.url}/projects/{service.street.project_id}/data")
    page.get_by_text("Drop images, a folder or an archive here").wait_for()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images with masks, in all more than one piece; one mask is missing, one label unknown."""
    names = [f"test_{number}.png" for number in range(3)]
    images = write_images(tmp_path / "set" / "images", names, size=(1000, 700))
    write_masks(tmp_path / "set" / "labels", ["test_0"], value=1, size=(1000, 700))
    write_masks(tmp_path / "set" / "labels", ["test_1"], value=7, size=(1000, 700))
    assert sum(path.stat().st_size for path in images.iterdir()) > PIECE
    return tmp_path / "set"


def test_a_folder_is_sent_over_a_reload_mapped_and_imported(
    page: Page, service: Service, folder: Path
) -> None:
    open_data(page, service)
    offsets: list[int] = []
    is_cut = True

    def cut(route: Route) -> None:
        offset = int(route.request.headers["upload-offset"])
        offsets.append(offset)
        if is_cut and offset > 0:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", lambda route: (
        cut(route) if route.request.method == "PATCH" else route.continue_()
    ))  # fmt: skip
    chooser = page.locator("input[webkitdirectory]")
    chooser.set_input_files(folder)
    expect(page.get_by_text("waiting for the connection")).to_be_visible()

    page.reload()
    is_cut = False
    expect(page.get_by_text("was on its way. Choose the same files again")).to_be_visible()
    with holding(page, "**/content"):
        chooser.set_input_files(folder)
        expect(page.get_by_text("arrived", exact=True)).to_be_visible()
        # What was chosen before the folders are known would give way to what is found.
        expect(page.get_by_label("Folder of images")).to_have_count(0)
    assert offsets[:2] == [0, PIECE]
    assert set(offsets[2:]) == {PIECE}

    page.get_by_role("radio", name="Test").check()
    expect(page.get_by_label("Folder of images")).to_have_value("images")
    expect(page.get_by_label("Folder of masks")).to_have_value("labels")
    page.get_by_role("button", name="Look into it").click()
    expect(page.get_by_text("1 image without a mask will be refused.")).to_be_visible()
    expect(page.get_by_label("Class of 1")).to_have_value("1")
    start = page.get_by_role("button", name="Import 3 images")
    expect(start).to_be_disabled()
    page.get_by_label("Class of 7").select_option("road")
    start.click()
    expect(page.get_by_text("Waiting for a worker.")).to_be_visible()

    work(service)
    expect(page.get_by_text("2 accepted, 0 duplicates, 1 refused")).to_be_visible()
    page.get_by_label("Outcome").select_option("refused")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("test_2")
    with page.expect_download() as report:
        page.get_by_role("link", name="Report as CSV").click()
    assert len(report.value.path().read_text().splitlines()) == 4
    assert masks_of(page, service) == [{1}, {0}]


def masks_of(page: Page, service: Service) -> list[set[int]]:
    """Return the classes in each test image's mask, by name."""
    found = page.request.get(f"{service.project}/images?split=test").json()["items"]
    masks = []
    for row in found:
        answer = page.request.get(f"{service.url}/api/v1/images/{row['id']}/mask")
        with Picture.open(io.BytesIO(answer.body())) as mask:
            masks.append(set(np.unique(np.asarray(mask)).tolist()))
    return masks


def test_an_export_is_written_downloaded_and_written_again(page: Page, service: Service) -> None:
    open_data(page, service)
    page.get_by_label("with the images").uncheck()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("waiting", exact=True)).to_be_visible()
    work(service)
    expect(page.get_by_text("Index PNG, 1 mask")).to_be_visible()
    with page.expect_download() as first:
        page.get_by_role("link", name="Download").click()
    assert any(name.endswith("train-000.png") for name in ZipFile(first.value.path()).namelist())

    page.get_by_role("button", name="Write again").click()
    expect(page.get_by_text("waiting", exact=True)).to_be_visible()
    work(service)
    expect(page.get_by_role("link", name="Download")).to_have_count(2)
    with page.expect_download() as again:
        page.get_by_role("link", name="Download").first.click()
    assert again.value.path().read_bytes() == first.value.path().read_bytes()
