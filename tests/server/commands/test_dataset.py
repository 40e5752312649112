"""The layout of a dataset's folder, and who may read the target's labels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.commands.dataset import GROUP_BY_PREFIX, BadFolder, TargetLabels, open_dataset

SKY = {"id": 0, "name": "sky", "colour": "#4682b4"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete, empty dataset."""
    for part in ("source", "target", "test"):
        (tmp_path / part / "images").mkdir(parents=True)
        (tmp_path / part / "labels").mkdir()
    (tmp_path / "classes.json").write_text(json.dumps({"classes": [{**SKY, "note": "x"}]}))
    return tmp_path


def test_reads_the_classes_and_only_what_the_service_knows_of_them(folder: Path) -> None:
    assert open_dataset(folder).classes == [SKY]


@pytest.mark.parametrize("part", ["source/images", "target/images", "test/labels"])
def test_says_which_folder_is_missing(folder: Path, part: str) -> None:
    (folder / part).rmdir()

    with pytest.raises(BadFolder, match=re.escape(f"{folder / part} is missing")):
        open_dataset(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"classes": [{"id": 0}]}'])
def test_says_that_the_classes_cannot_be_read(folder: Path, text: str) -> None:
    (folder / "classes.json").write_text(text)

    with pytest.raises(BadFolder, match=r"classes\.json cannot be read"):
        open_dataset(folder)


def test_a_pool_needs_no_labels(folder: Path) -> None:
    (folder / "target" / "labels").rmdir()

    assert open_dataset(folder).images("target").is_dir()


def test_the_targets_labels_are_not_handed_out_as_a_folder(folder: Path) -> None:
    with pytest.raises(ValueError, match="one by one"):
        open_dataset(folder).labels("target")


@pytest.mark.parametrize("name", ["cam0_1.jpg", "cam0_1"])
def test_the_annotator_finds_an_images_label_map_by_its_stem(folder: Path, name: str) -> None:
    (folder / "target" / "labels" / "cam0_1.png").write_bytes(b"png")

    assert TargetLabels(folder).read(name) == b"png"


@pytest.mark.parametrize(
    ("name", "group"),
    [("0016E5_07959.jpg", "0016E5"), ("cam_2_0001.jpg", "cam_2"), ("a.jpg", None)],
)
def test_images_are_grouped_by_what_stands_before_the_last_underscore(
    name: str, group: str | None
) -> None:
    found = re.search(GROUP_BY_PREFIX, name)

    assert (found and found[1]) == group
