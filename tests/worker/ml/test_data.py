"""Files are read as they are meant, or refused by name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.worker.ml.conftest import samples
from worker.ml.data import BadSample, Sample, StageData, read_image, read_labels, read_pair, reduced


def write(file: Path, array: np.ndarray) -> Path:
    Image.fromarray(array).save(file)
    return file


def one(folder: Path, labels: np.ndarray, *, size: tuple[int, int] = (4, 6)) -> Sample:
    image = write(folder / "a.png", np.zeros((*size, 3), np.uint8))
    return Sample("a", image, write(folder / "a_labels.png", labels), "source")


def test_a_palette_image_gives_its_indices_not_its_colours(tmp_path: Path) -> None:
    ids = Image.fromarray(np.array([[0, 1], [2, 255]], np.uint8))
    indexed = ids.convert("P")
    indexed.putpalette([7, 8, 9] * 256)
    indexed.save(tmp_path / "p.png")

    labels = read_labels(Sample("p", tmp_path, tmp_path / "p.png", "target"), classes=3)

    assert np.asarray(labels).tolist() == [[0, 1], [2, 255]]


def test_an_unknown_class_is_refused_by_name(tmp_path: Path) -> None:
    sample = one(tmp_path, np.array([[0, 3]], np.uint8))

    with pytest.raises(BadSample, match="a: class id 3 is outside 0 to 2"):
        read_labels(sample, classes=3)


def test_a_colour_mask_is_refused(tmp_path: Path) -> None:
    sample = one(tmp_path, np.zeros((4, 6, 3), np.uint8))

    with pytest.raises(BadSample, match="one 8-bit channel"):
        read_labels(sample, classes=3)


def test_labels_of_another_size_are_refused(tmp_path: Path) -> None:
    sample = one(tmp_path, np.zeros((4, 5), np.uint8))

    with pytest.raises(BadSample, match=r"labels of \(5, 4\) on an image of \(6, 4\)"):
        read_pair(sample, classes=3, max_side=512)


def test_large_images_are_reduced_and_no_new_id_appears(tmp_path: Path) -> None:
    ids = np.random.default_rng(0).choice([0, 2, 255], (300, 400)).astype(np.uint8)
    sample = one(tmp_path, ids, size=(300, 400))

    image, labels = read_pair(sample, classes=3, max_side=100)

    assert labels is not None
    assert image.size == labels.size == (100, 75)
    assert set(np.unique(np.asarray(labels))) <= {0, 2, 255}
    assert read_image(sample).size == (400, 300)


def test_small_images_stay_as_they_are() -> None:
    assert reduced((40, 30), 100) == (40, 30)
    assert reduced((1000, 1), 100) == (100, 1)


def test_a_stage_without_labels_is_refused(scenes: Path) -> None:
    unlabelled = samples(scenes, "target", labelled=False)

    with pytest.raises(ValueError, match="no labelled image"):
        StageData(unlabelled=unlabelled)
    with pytest.raises(ValueError, match="has no label map"):
        StageData(labelled=unlabelled)


def test_names_tell_the_pool(tmp_path: Path) -> None:
    sample = one(tmp_path, np.zeros((4, 6), np.uint8))
    data = StageData(source=(sample,), labelled=(replace(sample, domain="target"),))

    assert data.names() == ["source/a", "labelled/a"]
