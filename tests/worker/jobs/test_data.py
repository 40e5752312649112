import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from server.db.models import ClassList, Model, Round
from server.rules.images import Domain, Split
from server.services.candidates import Labelled, Unlabelled
from server.settings import Settings
from server.storage.local import LocalBlobs
from worker.jobs import data

CLASSES = ClassList(classes=[{"id": 0, "name": "road"}, {"id": 5, "name": "sky"}])


def a_round(**config: Any) -> Round:
    return Round(number=2, seed=3, config=config)


def stage_config(round_: Round, *, retrain: bool = False) -> Any:
    return data.stage_config(round_, CLASSES, retrain=retrain, settings=Settings(threads=1))


class TestStageConfig:
    def test_the_rounds_options_override_the_defaults(self) -> None:
        config = stage_config(a_round(steps=7, network="resnet101", initial="backbone"))
        assert (config.steps, config.network.name, config.threads) == (7, "resnet101", 1)

    def test_source_free_begins_with_the_source_alone_and_goes_on_from_its_model(self) -> None:
        free = a_round(source="drop", initial="backbone")
        assert stage_config(free).recipe == "supervised"
        assert stage_config(free, retrain=True).recipe == "stal"
        assert not data.starts_fresh(free)
        assert data.drops_source(free)
        rows = [
            Labelled(name, domain, Split.TRAIN, "", "1" * 64, "2" * 64)
            for name, domain in (("a", Domain.SOURCE), ("b", Domain.TARGET))
        ]
        assert data.of_stage(free, rows, retrain=False) == rows
        assert data.of_stage(free, rows, retrain=True) == rows[1:]
        assert data.of_stage(a_round(), rows, retrain=True) == rows

    def test_class_ids_with_gaps_need_outputs_up_to_the_largest(self) -> None:
        assert stage_config(a_round()).network.classes == 6

    def test_each_stage_has_a_seed_of_its_own(self) -> None:
        seeds = [stage_config(a_round(), retrain=retrain).seed for retrain in (False, True)]
        assert seeds == [3004, 3005]

    @pytest.mark.parametrize("bad", [{"stepz": 3}, {"steps": 0}, {"steps": "many"}])
    def test_a_bad_option_is_named_and_never_retried(self, bad: dict[str, Any]) -> None:
        with pytest.raises(data.BadSettings, match=next(iter(bad))):
            stage_config(a_round(**bad))


def test_a_models_blobs_become_a_folder_again(tmp_path: Path, blobs: LocalBlobs) -> None:
    source = tmp_path / "made"
    source.mkdir()
    (source / "config.json").write_text("{}")
    (source / "model.safetensors").write_bytes(b"weights")

    model = Model(files=data.keep_model(blobs, source))
    folder = data.model_folder(blobs, model, tmp_path / "again")

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "config.json": b"{}",
        "model.safetensors": b"weights",
    }


def test_a_snapshot_names_every_image_and_mask_by_hash() -> None:
    labelled = [Labelled("a", Domain.SOURCE, Split.TRAIN, "", "1" * 64, "2" * 64)]
    unlabelled = [Unlabelled(uuid4(), "b", "cam", "3" * 64)]
    kept = json.loads(data.snapshot(labelled, unlabelled))
    assert kept["labelled"][0]["mask_sha256"] == "2" * 64
    assert kept["unlabelled"] == [{"name": "b", "group": "cam", "image_sha256": "3" * 64}]


def test_the_stage_gets_source_and_target_labels_apart(blobs: LocalBlobs) -> None:
    sha = blobs.put(b"x")
    rows = [
        Labelled("a", Domain.SOURCE, Split.TRAIN, "", sha, sha),
        Labelled("b", Domain.TARGET, Split.POOL, "cam", sha, sha),
    ]
    stage = data.stage_data(blobs, rows, [Unlabelled(uuid4(), "c", "cam", sha)])
    assert [sample.name for sample in stage.source] == ["a"]
    assert [sample.name for sample in stage.labelled] == ["b"]


def test_the_stage_knows_what_is_in_its_files_from_the_store(blobs: LocalBlobs) -> None:
    image, mask = blobs.put(b"image"), blobs.put(b"mask")
    rows = [Labelled("a", Domain.SOURCE, Split.TRAIN, "", image, mask)]
    stage = data.stage_data(blobs, rows, [Unlabelled(uuid4(), "c", "cam", image)])
    (known,), (unlabelled,) = stage.source, stage.unlabelled
    assert (known.image_sha256, known.label_sha256) == (image, mask)
    assert (unlabelled.image_sha256, unlabelled.label_sha256) == (image, None)
    assert [(sample.name, sample.label) for sample in stage.unlabelled] == [("c", None)]
