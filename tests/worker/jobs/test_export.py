"""Exports that third parties read back, and that are the same bytes whenever they are written."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from pycocotools.coco import COCO
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.models import Image, Job
from server.formats import catalogue, png
from server.formats.base import ClassEntry, Item, Labels
from server.rules.errors import Invalid
from server.rules.images import MaskOrigin, Split
from server.services import exports, masks
from server.services.exports import Wanted
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.worker.jobs.claiming import claim, run_claimed
from tests.world import HEIGHT, WIDTH, World, new_world
from worker.context import Resources
from worker.jobs import export
from worker.jobs.export import CannotExport

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENTRIES = [ClassEntry(0, "road", "#804080"), ClassEntry(1, "sky", "#4682b4")]
HOLE = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
HOLE[1:3, 1:3] = 1
HOLE[3, 5] = 255


class Exporter:
    """A project of two labelled splits whose exports are run by the real handler."""

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs
    ) -> None:
        self.resources = Resources(settings, sessions, blobs, RecordingQueue())
        self.blobs = blobs
        with sessions.begin() as session:
            world = new_world(session, blobs, pool=1)
            self.project_id = world.project_id
            world.add_image(Split.TEST, label=1)
            for image in session.query(Image):
                image.sha256 = blobs.put(f"picture {image.name}".encode())
            self.revise(world, HOLE)

    def revise(self, world: World, labels: Labels) -> None:
        """Give the source image another revision."""
        masks.add_revision(
            world.session,
            image_id=world.images[0],
            sha256=self.blobs.put(codecs.encode_png(labels)),
            origin=MaskOrigin.HUMAN,
            class_list_id=world.class_list_id,
        )

    def run(self, job_id: UUID) -> dict[str, Any]:
        """Run the job as a worker would; return its result."""
        return run_claimed(claim(self.resources, job_id), export.run)

    def export(self, form: str, **wanted: Any) -> dict[str, Any]:
        with self.resources.sessions.begin() as session:
            job = exports.start(
                session, self.blobs, self.project_id, Wanted(form, **wanted), actor_id=None
            )
        return self.run(job.id)

    def opened(self, result: dict[str, Any]) -> dict[str, bytes]:
        with zipfile.ZipFile(self.blobs.local_path(result["sha256"])) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def exporter(
    database_url: str, tmp_path: Path, sessions: sessionmaker[Session], blobs: LocalBlobs
) -> Exporter:
    return Exporter(Settings(data=tmp_path / "data", database_url=database_url), sessions, blobs)


def maps(exporter: Exporter, form: str) -> dict[str, Labels]:
    """Read an export back by our own readers."""
    files = exporter.opened(exporter.export(form, images=False))
    if form in catalogue.DOCUMENTS:
        ending = catalogue.ending(form)
        items: list[Item] = []
        for split in ("train", "test"):
            data = files[f"annotations/{split}{ending}"]
            items += [each.item() for each in catalogue.sketches(form, data, ENTRIES, None)]
        return {item.name: item.labels for item in items}
    mapping = {"#804080": 0, "#4682b4": 1, "#000000": 255} if form == "colour" else None
    return {
        Path(name).name: catalogue.read_file(form, data, mapping, width=WIDTH, height=HEIGHT)
        for name, data in files.items()
        if name.startswith("masks/")
    }


@pytest.mark.parametrize("form", [*catalogue.RASTERS, "colour", *catalogue.DOCUMENTS])
def test_lossless_formats_give_back_every_pixel(exporter: Exporter, form: str) -> None:
    if form in ("gtav", "synthia", "cityscapes", "cityscapes-train", "png", "voc"):
        assert form in catalogue.RASTERS
    found = maps(exporter, form)
    assert sorted(found) == ["test-002.png", "train-000.png"]
    assert np.array_equal(found["train-000.png"], HOLE)
    assert (found["test-002.png"] == 1).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_the_export(exporter: Exporter, tmp_path: Path) -> None:
    files = exporter.opened(exporter.export("coco"))
    (tmp_path / "train.json").write_bytes(files["annotations/train.json"])
    coco = COCO(tmp_path / "train.json")
    seen = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    for annotation in coco.loadAnns(coco.getAnnIds()):
        seen[coco.annToMask(annotation) == 1] = annotation["category_id"]
    assert np.array_equal(seen, HOLE)
    assert files["images/train/train-000.png"] == b"picture train-000"


@pytest.mark.parametrize("form", ["coco-polygons", "cvat-polygons", "yolo"])
def test_what_polygons_lose_is_reported_by_image(exporter: Exporter, form: str) -> None:
    result = exporter.export(form)
    rows = list(csv.DictReader(io.StringIO(exporter.opened(result)["report.csv"].decode())))
    holes = [row for row in rows if row["kind"] == "hole"]
    assert result["losses"] == len(rows)
    assert [(row["file"], row["class_id"], row["pixels"]) for row in holes] == [
        ("train-000.png", "0", "4")
    ]
    assert any(row["kind"] == "small_part" for row in rows)


def test_a_hugging_face_folder_has_a_card_and_names_each_mask(exporter: Exporter) -> None:
    result = exporter.export("huggingface")
    files = exporter.opened(result)
    [line] = [json.loads(line) for line in files["data/train/metadata.jsonl"].splitlines()]
    assert line["file_name"] == "images/train-000.png"
    assert files["data/train/images/train-000.png"] == b"picture train-000"
    mask = png.read_index(files[f"data/train/{line['mask_file_name']}"])
    assert np.array_equal(mask, HOLE)
    assert (line["revision"], line["origin"], line["domain"]) == (2, "human", "source")
    card = files["README.md"].decode()
    assert card.startswith("---\npretty_name: ")
    assert "| train | 1 | 1 | 0 |" in card
    assert "| test | 1 | 0 | 1 |" in card
    assert "| 1 | sky | #4682b4 |" in card
    assert result["export_id"] in card


def test_an_export_is_the_same_bytes_whatever_has_changed_since(exporter: Exporter) -> None:
    first = exporter.export("png")
    with exporter.resources.sessions.begin() as session:
        image = session.query(Image).filter_by(name="train-000").one()
        listed = masks.newest(session, image.id)
        assert listed is not None
        world = World(
            session, exporter.blobs, exporter.project_id, listed.class_list_id, {}, [], [image.id]
        )
        exporter.revise(world, HOLE * 0)
    with exporter.resources.sessions.begin() as session:
        job = exports.again(
            session, exporter.blobs, exporter.project_id, first["export_id"], actor_id=None
        )
    again = exporter.run(job.id)
    assert again["sha256"] == first["sha256"]
    assert exporter.export("png")["sha256"] != first["sha256"]


def test_splits_narrow_an_export_and_nothing_is_refused(exporter: Exporter) -> None:
    files = exporter.opened(exporter.export("png", splits=[Split.TEST]))
    assert [name for name in files if name.startswith("masks/")] == ["masks/test/test-002.png"]
    for wanted in ({"splits": [Split.POOL]}, {"author_ids": [exporter.project_id]},
                   {"round_ids": [exporter.project_id]}):  # fmt: skip
        with pytest.raises(Invalid, match="No mask"):
            exporter.export("png", **wanted)
    with pytest.raises(Invalid, match="written as"):
        exporter.export("jpeg")


def test_another_projects_export_is_not_written_again(exporter: Exporter) -> None:
    first = exporter.export("png")
    with exporter.resources.sessions.begin() as session:
        other = new_world(session, exporter.blobs).project_id
        for export_id in (first["export_id"], first["sha256"], "0" * 64):
            with pytest.raises(Invalid, match="no such export"):
                exports.again(session, exporter.blobs, other, export_id, actor_id=None)


def test_classes_that_a_format_lacks_end_the_job_for_good(exporter: Exporter) -> None:
    with exporter.resources.sessions.begin() as session:
        job = exports.start(
            session, exporter.blobs, exporter.project_id, Wanted("cvat"), actor_id=None
        )
        manifest = json.loads(exporter.blobs.read(job.params["export_id"]))
        manifest["classes"] = manifest["classes"][:1]
        changed = exporter.blobs.put(json.dumps(manifest).encode())
        session.get_one(Job, job.id).params = {"export_id": changed}
    with pytest.raises(CannotExport, match="does not have: 1"):
        exporter.run(job.id)
