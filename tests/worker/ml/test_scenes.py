"""The drawn domains."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from worker.ml.scenes import CLASSES, draw_scenes


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pixels(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image)


def test_the_same_seed_draws_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        draw_scenes(tmp_path / name, source=2, target=2, test=1, size=(64, 96), seed=seed)

    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a") != files(tmp_path / "c")


def test_every_image_has_a_label_map_of_its_size_and_known_ids(scenes: Path) -> None:
    for split, count in (("source", 8), ("target", 12), ("test", 4)):
        images = sorted((scenes / split / "images").iterdir())
        assert len(images) == count
        for image in images:
            labels = pixels(scenes / split / "labels" / f"{image.stem}.png")
            assert labels.shape == (64, 96)
            assert pixels(image).shape == (64, 96, 3)
            assert labels.max() < len(CLASSES)


def test_all_classes_occur_in_both_domains(tmp_path: Path) -> None:
    draw_scenes(tmp_path, source=20, target=20, test=0, seed=0)

    for split in ("source", "target"):
        maps = [pixels(file) for file in (tmp_path / split / "labels").iterdir()]
        assert set(np.unique(maps)) == set(range(len(CLASSES)))


def test_target_names_begin_with_their_camera(scenes: Path) -> None:
    cameras = {path.stem.split("_")[0] for path in (scenes / "target" / "images").iterdir()}

    assert cameras <= {"cam0", "cam1", "cam2"}
    assert len(cameras) > 1


def test_the_class_list_says_what_void_is(scenes: Path) -> None:
    listed = json.loads((scenes / "classes.json").read_text())

    assert listed["void"] == 255
    assert [(c["id"], c["name"], c["colour"]) for c in listed["classes"]] == [
        (number, name, colour) for number, (name, colour) in enumerate(CLASSES)
    ]
