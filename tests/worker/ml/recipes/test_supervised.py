"""The supervised recipe reads no unlabelled image, so what is in the pool changes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.trainer import train_stage


@pytest.mark.parametrize(("recipe", "same"), [("supervised", True), ("stal", False)])
def test_the_unlabelled_pool_changes_nothing(
    tmp_path: Path, scenes: Path, recipe: str, *, same: bool
) -> None:
    data = toy_data(scenes, labelled=0)
    other = replace(data, unlabelled=data.unlabelled[6:])
    weights = [
        (
            train_stage(
                toy_config(recipe=recipe, steps=3),
                each,
                tmp_path / name,
                start_from=None,
                on_progress=lambda _progress: None,
                should_stop=lambda: False,
            )
            / "model.safetensors"
        ).read_bytes()
        for name, each in (("one", data), ("other", other))
    ]

    assert (weights[0] == weights[1]) is same
