import csv
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from server.db.models import ClassList, Job, Mask
from server.formats import coco
from server.formats.base import ClassEntry
from server.services import import_reports
from server.services.import_reports import Line, Outcome
from tests.folders import write_images, write_masks
from tests.server.api.conftest import Loop, problem
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(loop: Loop, path: Path, **more: Any) -> Any:
    given = {"path": str(path), "domain": "target", "split": "pool", **more}
    return loop.lead.post(f"{loop.path}/imports", json=given)


def test_an_import_is_a_job_that_is_found_at_its_location(
    loop: Loop, roots: Path, queue: RecordingQueue
) -> None:
    folder = write_images(roots / "a", ["1.png", "2.jpg"])
    answer = ask(loop, folder, group_pattern=r"^(\d)")
    assert answer.status_code == 202, answer.text
    job = loop.lead.get(answer.headers["location"].removeprefix("/api/v1")).json()
    assert (job["kind"], job["state"]) == ("import", "queued")
    assert [queue_name for _, queue_name in queue.sent] == ["cpu"]
    problem(loop.lead.get(f"/imports/{job['id']}/report"), 404, "not_found")


def test_what_cannot_be_imported_is_refused_by_its_field(
    loop: Loop, roots: Path, tmp_path: Path, queue: RecordingQueue
) -> None:
    good = write_images(roots / "good", ["1.png"])
    outside = write_images(tmp_path / "outside", ["1.png"])
    (roots / "empty").mkdir()
    (roots / "empty" / "notes.txt").write_text("no image")
    (roots / "link").symlink_to(outside)
    beside = write_images(tmp_path / "imports-secret", ["1.png"])
    for path in (
        roots / "empty", roots / "missing", roots / "link", outside, beside, good / "1.png",
        good / ".." / ".." / "outside", Path("/"), Path("relative"), Path("/etc\0"),
    ):  # fmt: skip
        problem(ask(loop, path), 422, "invalid", "path")
    for more, field in (
        ({"masks_path": str(good)}, "masks_path"),
        ({"masks_path": str(outside), "split": "test"}, "masks_path"),
        ({"split": "train"}, "split"),
        ({"domain": "source", "split": "test"}, "split"),
        ({"group_pattern": "("}, "group_pattern"),
        ({"group_pattern": "no group"}, "group_pattern"),
        ({"group_pattern": "(a)(b)"}, "group_pattern"),
        ({"group_pattern": "(" * 201}, "group_pattern"),
        ({"speed": "fast"}, "speed"),
    ):
        problem(ask(loop, good, **more), 422, "invalid", field)
    assert queue.sent == []


def test_masks_mean_nothing_without_classes(loop: Loop, roots: Path) -> None:
    with loop.sessions.begin() as session:
        session.execute(delete(Mask))
        session.execute(delete(ClassList))
    folder = write_images(roots / "a", ["1.png"])
    masks = write_masks(roots / "m", ["1"])
    answer = ask(loop, folder, masks_path=str(masks), split="test")
    problem(answer, 409, "no_classes", "classes")


LINES = [Line(f"{number:02d}.png", f"{number:02d}", Outcome.ACCEPTED) for number in range(5)]
LINES[3] = Line("03.png", "=1+1", Outcome.REFUSED, "mask", "too small, really")


def finish(loop: Loop, job_id: str, lines: list[Line]) -> None:
    """Leave the job as its worker would."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        report.write_text("".join(f"{line.as_json()}\n" for line in lines))
        counts = Counter(line.outcome for line in lines)
        with loop.sessions.begin() as session:
            job = session.get_one(Job, UUID(job_id))
            job.result = import_reports.result(loop.blobs, report, counts)


def test_a_report_is_a_table_that_no_spreadsheet_computes(loop: Loop, roots: Path) -> None:
    job_id = ask(loop, write_images(roots / "a", ["1.png"])).json()["id"]
    problem(loop.lead.get(f"/imports/{job_id}/report.csv"), 404, "not_found")
    finish(loop, job_id, LINES)
    answer = loop.lead.get(f"/imports/{job_id}/report.csv")
    rows = list(csv.reader(answer.text.splitlines()))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["file", "name", "outcome", "field", "reason"]
    assert rows[1] == ["00.png", "00", "accepted", "", ""]
    assert rows[4] == ["03.png", "'=1+1", "refused", "mask", "too small, really"]
    assert len(rows) == 6
    problem(loop.annotator.get(f"/imports/{job_id}/report.csv"), 403, "forbidden")


def test_a_report_is_paged(loop: Loop, roots: Path) -> None:
    job_id = ask(loop, write_images(roots / "a", ["1.png"])).json()["id"]
    finish(loop, job_id, LINES)
    first = loop.lead.get(f"/imports/{job_id}/report?limit=3").json()
    rest = loop.lead.get(first["next"].removeprefix("/api/v1")).json()
    assert [line["name"] for line in first["items"] + rest["items"]] == [
        "00",
        "01",
        "02",
        "=1+1",
        "04",
    ]
    assert rest["items"][0]["reason"] == "too small, really"

    def named(query: str) -> tuple[list[str], str | None]:
        page = loop.lead.get(f"/imports/{job_id}/report?{query}").json()
        return [line["name"] for line in page["items"]], page["next"]

    assert named("outcome=refused") == (["=1+1"], None)
    names, following = named("outcome=accepted&limit=3")
    assert names == ["00", "01", "02"]
    assert following is not None
    assert named(following.partition("?")[2]) == (["04"], None)
    assert rest["next"] is None
    for cursor in ("x", "3", "9" * 12, "9" * 13):
        bad = loop.lead.get(f"/imports/{job_id}/report?cursor={cursor}")
        problem(bad, 422, "invalid", "cursor")
    problem(loop.annotator.get(f"/imports/{job_id}/report"), 403, "forbidden")


def preview(loop: Loop, **given: Any) -> Any:
    return loop.lead.post(f"{loop.path}/imports/preview", json=given)


def test_a_preview_lists_labels_and_guesses_their_classes(loop: Loop, roots: Path) -> None:
    images = write_images(roots / "images", ["a.png", "b.png", "c.png"])
    masks = write_masks(roots / "masks", ["a"], value=1)
    write_masks(masks, ["b"], value=9)
    found = preview(loop, path=str(images), masks_path=str(masks)).json()
    assert (found["images"], found["missing"], found["looked_at"]) == (3, 1, 2)
    guesses = {label["label"]: label["class_id"] for label in found["labels"]}
    assert guesses == {"1": 1, "9": None}
    document = roots / "labels.json"
    theirs = [ClassEntry(3, "ROAD", ""), ClassEntry(4, "cloud", "")]
    document.write_bytes(coco.write_rle([], theirs))
    found = preview(loop, path=str(images), masks_path=str(document), masks_format="coco").json()
    assert [(one["label"], one["class_id"]) for one in found["labels"]] == [
        ("ROAD", 0),
        ("cloud", None),
    ]


def test_a_preview_of_cityscapes_names_its_ids(loop: Loop, roots: Path) -> None:
    images = write_images(roots / "images", ["a_leftImg8bit.png"])
    masks = write_masks(roots / "masks", ["a_gtFine_labelIds"], value=23)
    found = preview(loop, path=str(images), masks_path=str(masks), masks_format="cityscapes").json()
    assert found["labels"] == [{"label": "10", "name": "sky", "pixels": 24, "class_id": 1}]


def test_mappings_and_uploads_are_checked_at_once(
    loop: Loop, roots: Path, queue: RecordingQueue
) -> None:
    images = write_images(roots / "images", ["a.png"])
    masks = write_masks(roots / "masks", ["a"])
    with_masks = {"masks_path": str(masks), "split": "test"}
    for more, field in (
        ({"masks_format": "gif"}, "masks_format"),
        ({"masks_format": "colour"}, "map"),
        ({"masks_format": "colour", "map": {"red": 1}}, "map"),
        ({"map": {"0": 7}}, "map"),
        ({"map": {"sky": 1}}, "map"),
        ({"map": {"300": 1}}, "map"),
        ({"masks_format": "coco"}, "masks_path"),
        ({"upload_id": loop.path.rpartition("/")[2]}, "upload_id"),
    ):
        problem(ask(loop, images, **with_masks, **more), 422, "invalid", field)
    answer = loop.lead.post(f"{loop.path}/imports", json={"domain": "target", "split": "pool"})
    problem(answer, 422, "invalid", "path")
    assert queue.sent == []
