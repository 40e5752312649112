"""Model folders are verified before they are used."""

from pathlib import Path
from shutil import copytree

import pytest

from worker.ml.models import BrokenFolder, load_model


def test_a_changed_file_is_refused(model: Path, tmp_path: Path) -> None:
    copy = copytree(model, tmp_path / "model")
    file = copy / "config.json"
    file.write_text(file.read_text().replace('"classes": 8', '"classes": 9'))

    with pytest.raises(BrokenFolder, match=r"config\.json is not what the manifest says"):
        load_model(copy)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenFolder, match="no sound manifest"):
        load_model(tmp_path)


def test_a_loaded_teacher_is_in_eval_mode(model: Path) -> None:
    assert not any(module.training for module in load_model(model).network.modules())
