import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from server.cli import app
from server.commands import convert
from server.formats import png

CLASSES = [
    {"id": 0, "name": "road", "colour": "#804080"},
    {"id": 1, "name": "sky", "colour": "#4682b4"},
]


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    path = tmp_path / "classes.json"
    path.write_text(json.dumps({"classes": CLASSES}))
    return path


@pytest.fixture
def maps(tmp_path: Path) -> dict[str, np.ndarray]:
    folder = tmp_path / "maps"
    folder.mkdir()
    labels = np.zeros((12, 9), np.uint8)
    labels[:5, :7] = 1
    labels[0, 8] = 255
    made = {"a": labels, "b": labels.T.copy()}
    for name, values in made.items():
        (folder / f"{name}.png").write_bytes(png.write_index(values))
    return made


def run(tmp_path: Path, classes: Path, source: str, target: str, read: str, write: str) -> str:
    words = ["convert", str(tmp_path / source), str(tmp_path / target)]
    words += ["--from", read, "--to", write, "--classes", str(classes)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("form", ["voc", "coco", "cvat", "labelstudio", "datumaro"])
def test_lossless_forms_give_back_every_map(
    tmp_path: Path, classes: Path, maps: dict[str, np.ndarray], form: str
) -> None:
    run(tmp_path, classes, "maps", "there", "png", form)
    assert "2 images converted" in run(tmp_path, classes, "there", "back", form, "png")
    for name, labels in maps.items():
        again = png.read_index((tmp_path / "back" / f"{name}.png").read_bytes())
        assert np.array_equal(again, labels), name


@pytest.mark.parametrize("form", ["yolo", "coco-polygons", "cvat-polygons"])
def test_polygon_forms_say_what_they_lose(
    tmp_path: Path, classes: Path, maps: dict[str, np.ndarray], form: str
) -> None:
    holed = np.zeros((20, 20), np.uint8)
    holed[5:15, 5:15] = 255
    (tmp_path / "maps" / "c.png").write_bytes(png.write_index(holed))
    assert "c: class 0, hole of 100 px" in run(tmp_path, classes, "maps", "there", "png", form)


def test_one_bad_file_is_named_and_nothing_is_written(
    tmp_path: Path, classes: Path, maps: dict[str, np.ndarray]
) -> None:
    (tmp_path / "maps" / "c.png").write_bytes(b"no picture")
    with pytest.raises(convert.BadConversion, match=r"c\.png"):
        convert.convert_files(
            tmp_path / "maps", tmp_path / "out", read="png", write="voc", classes=classes
        )
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten(tmp_path: Path, classes: Path, maps: dict[str, np.ndarray]) -> None:
    with pytest.raises(convert.BadConversion, match="there already"):
        convert.convert_files(
            tmp_path / "maps", tmp_path / "maps", read="png", write="voc", classes=classes
        )
