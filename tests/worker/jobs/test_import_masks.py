"""Masks in every format that can be read, from folders and from uploaded archives."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from server.formats import catalogue, png
from server.formats.base import ClassEntry, Item
from tests.folders import write_images
from tests.worker.jobs.importer import CLASSES, Importer, counts
from worker.jobs import import_places

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MAP = np.array([[0, 0, 1, 1, 255, 255]] * 4, dtype=np.uint8)
ENTRIES = [ClassEntry(one["id"], one["name"], one["colour"]) for one in CLASSES]  # type: ignore[arg-type]


def stored(importer: Importer) -> dict[str, list[list[int]] | None]:
    return {name: labels for name, _, labels in importer.found() if labels}


@pytest.mark.parametrize("form", list(catalogue.DOCUMENTS))
def test_a_document_labels_the_images_that_it_names(
    importer: Importer, roots: Path, form: str
) -> None:
    folder = write_images(roots / "images", ["a.png", "b.jpg"])
    document = roots / "labels"
    items = [Item("deep/a.png", MAP), Item("c.png", MAP)]
    document.write_bytes(catalogue.DOCUMENTS[form].write(items, ENTRIES))
    result = importer.run(importer.start(folder, document, masks_format=form))
    assert counts(result) == (1, 0, 1)
    assert stored(importer) == {"a": MAP.tolist()}
    assert result["report"][0]["reason"] == "The document does not have this image."


def test_one_bad_annotation_refuses_one_image(importer: Importer, roots: Path) -> None:
    folder = write_images(roots / "images", ["a.png", "b.png"])
    items = [Item("a.png", MAP), Item("b.png", MAP)]
    text = catalogue.DOCUMENTS["cvat"].write(items, ENTRIES).decode()
    document = roots / "labels.xml"
    head, tail = text.split('name="b.png"')
    document.write_text(f'{head}name="b.png"{tail.replace("rle=", "gone=", 1)}')
    result = importer.run(importer.start(folder, document, masks_format="cvat"))
    assert counts(result) == (1, 0, 1)
    assert list(stored(importer)) == ["a"]


def test_names_are_mapped_and_what_means_nothing_becomes_void(
    importer: Importer, roots: Path
) -> None:
    folder = write_images(roots / "images", ["a.png"])
    theirs = [ClassEntry(0, "street", ""), ClassEntry(1, "clouds", "")]
    document = roots / "labels.json"
    document.write_bytes(catalogue.DOCUMENTS["coco"].write([Item("a.png", MAP)], theirs))
    mapping = {"street": 1, "clouds": 255}
    job_id = importer.start(folder, document, masks_format="coco", mapping=mapping)
    assert counts(importer.run(job_id)) == (1, 0, 0)
    assert stored(importer) == {"a": [[1, 1, 255, 255, 255, 255]] * 4}


def test_colours_are_read_by_their_map_alone(importer: Importer, roots: Path) -> None:
    folder = write_images(roots / "images", ["a.png", "b.png"])
    (roots / "masks").mkdir()
    colours = {0: (128, 64, 128), 1: (70, 130, 180)}
    coloured = png.write_colour(MAP, colours=colours, void=(0, 0, 0))
    (roots / "masks" / "a.png").write_bytes(coloured)
    colours[1] = (1, 2, 3)
    other = png.write_colour(MAP, colours=colours, void=(0, 0, 0))
    (roots / "masks" / "b.png").write_bytes(other)
    mapping = {"#804080": 0, "#4682B4": 1, "#000000": 255}
    job_id = importer.start(folder, roots / "masks", masks_format="colour", mapping=mapping)
    result = importer.run(job_id)
    assert counts(result) == (1, 0, 1)
    assert "#010203" in result["report"][0]["reason"]
    assert stored(importer) == {"a": MAP.tolist()}


def test_an_uploaded_archive_is_a_folder(importer: Importer, roots: Path, tmp_path: Path) -> None:
    write_images(roots / "images" / "city", ["a_leftImg8bit.png"])
    archive = tmp_path / "upload"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(roots / "images" / "city" / "a_leftImg8bit.png", "x/city/a_leftImg8bit.png")
        labels = catalogue.RASTERS["cityscapes"].write(np.where(MAP == 1, 10, MAP))
        opened.writestr("y/city/a_gtFine_labelIds.png", labels)
    job_id = importer.start(
        Path("x"), Path("y"), upload=archive, recursive=True, masks_format="cityscapes",
        mapping={"0": 0, "10": 1},
    )  # fmt: skip
    assert counts(importer.run(job_id)) == (1, 0, 0)
    assert stored(importer) == {"a_leftImg8bit": MAP.tolist()}


def test_a_path_cannot_leave_the_upload(importer: Importer, roots: Path, tmp_path: Path) -> None:
    archive = tmp_path / "upload"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.png", b"x")
    secret = write_images(tmp_path / "secret", ["a.png"])
    for path in (Path("../../../secret"), secret):
        with pytest.raises(import_places.FolderGone):
            importer.run(importer.start(path, upload=archive))
