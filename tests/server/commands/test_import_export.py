"""The commands `import` and `export` against the real service."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from server.commands import import_data
from server.formats import png
from tests.folders import write_images, write_masks
from tests.server.commands.conftest import Run, Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_folder_goes_in_and_comes_out_as_it_was(
    service: Service, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_data, "PIECE", 500)
    service.cut = 2
    images = write_images(tmp_path / "images", ["a.png", "b.png"])
    masks = write_masks(tmp_path / "masks", ["a"], value=7)
    sent = run("import", str(images), "--domain", "source", "--split", "train", "--masks",
               str(masks), "--map", "7=1", "--json")  # fmt: skip
    assert sent.exit_code == 0, sent.output
    result = json.loads(sent.stdout)
    assert (result["accepted"], result["refused"]) == (1, 1)
    assert "upload 100 %" in sent.stderr

    target = tmp_path / "out.zip"
    written = run("export", str(target), "--format", "png", "--json")
    assert written.exit_code == 0, written.output
    with zipfile.ZipFile(target) as archive:
        assert archive.read("images/train/a.png") == (images / "a.png").read_bytes()
        labels = png.read_index(archive.read("masks/train/a.png"))
    assert np.array_equal(labels, np.ones((4, 6)))
    export_id = json.loads(written.stdout)["export_id"]
    again = run("export", str(tmp_path / "again.zip"), "--export-id", export_id)
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.zip").read_bytes() == target.read_bytes()
    assert run("export", str(target)).exit_code == 2


def test_a_refusal_is_one_line(run: Run, tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["a.png"])
    refused = run("import", str(images), "--domain", "source", "--split", "test")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].startswith("maskloop import: A source image is in train")
    assert run("export", str(tmp_path / "x.zip"), "--format", "gif").exit_code == 1
    assert not (tmp_path / "x.zip").exists()
