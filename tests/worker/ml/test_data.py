"""Files are read as they are meant, or refused by name."""

from dataclasses import replace
from hashlib import sha256
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


def test_content_tells_the_pool_and_what_is_in_the_files(tmp_path: Path) -> None:
    sample = one(tmp_path, np.zeros((4, 6), np.uint8))
    data = StageData(
        source=(sample,),
        labelled=(replace(sample, domain="target"),),
        unlabelled=(replace(sample, label=None),),
    )
    image, labels = (
        sha256(file.read_bytes()).hexdigest() for file in (sample.image, label(sample))
    )

    assert data.content() == [
        ("source/a", image, labels),
        ("labelled/a", image, labels),
        ("unlabelled/a", image, None),
    ]


def test_a_known_digest_is_taken_at_its_word(tmp_path: Path) -> None:
    """The store names its files by it: reading them all again would tell nothing new."""
    known = Sample(
        "a", tmp_path / "gone.jpg", tmp_path / "gone.png", "source", "", "1" * 64, "2" * 64
    )

    assert known.digests() == ("1" * 64, "2" * 64)
    with pytest.raises(BadSample, match=r"a: gone\.jpg cannot be read"):
        replace(known, image_sha256=None).digests()


def label(sample: Sample) -> Path:
    assert sample.label is not None
    return sample.label
