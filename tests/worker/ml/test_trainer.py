"""One stage: it learns, stops, and goes on exactly where it was."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.config import StageConfig
from worker.ml.data import StageData
from worker.ml.models import load_model
from worker.ml.networks.weights import WeightsMissing
from worker.ml.trainer import StageProgress, Stopped, train_stage


def run(
    config: StageConfig,
    data: StageData,
    folder: Path,
    *,
    start_from: Path | None = None,
    stop_at: int | None = None,
    notes: list[str] | None = None,
) -> tuple[Path, list[StageProgress]]:
    reports: list[StageProgress] = []
    calls = iter(range(10**6))
    path = train_stage(
        config,
        data,
        folder,
        start_from=start_from,
        on_progress=reports.append,
        should_stop=lambda: next(calls) == stop_at,
        on_note=(notes if notes is not None else list[str]()).append,
    )
    return path, reports


def weights(model: Path) -> bytes:
    return (model / "model.safetensors").read_bytes()


def test_reports_and_leaves_a_model(scenes: Path, tmp_path: Path) -> None:
    path, reports = run(toy_config(), toy_data(scenes), tmp_path)

    assert path == tmp_path / "model"
    assert [report.step for report in reports] == [2, 4, 6]
    assert reports[-1].eta_seconds == 0
    assert set(reports[-1].losses) == {"supervised", "pseudo_label", "contrastive"}
    assert load_model(path).config == toy_config()


def test_the_supervised_loss_falls(scenes: Path, tmp_path: Path) -> None:
    network = {**toy_config().network.to_dict(), "pretrained": True}
    config = toy_config(
        steps=12, log_every=4, batch_unlabelled=0, lr=1e-3, copy_paste=0.0, network=network
    )

    _, reports = run(config, toy_data(scenes), tmp_path)

    assert reports[-1].losses["supervised"] < 0.9 * reports[0].losses["supervised"]


@pytest.mark.parametrize(
    ("labelled", "changes"),
    [
        (0, {}),
        (3, {"batch_labelled": 1, "batch_unlabelled": 1}),
        (3, {"batch_unlabelled": 0, "batch_labelled": 1}),
        (3, {"supervised": "ohem", "optimiser": "sgd", "cutmix": False, "entropy_filter": "none"}),
        (12, {}),  # nothing is left to guess on
    ],
)
def test_trains_in_every_case(
    scenes: Path, tmp_path: Path, labelled: int, changes: dict[str, object]
) -> None:
    _, reports = run(toy_config(steps=2, **changes), toy_data(scenes, labelled=labelled), tmp_path)

    assert reports[-1].step == 2


def test_trains_without_source_images(scenes: Path, tmp_path: Path) -> None:
    _, reports = run(toy_config(steps=2), replace(toy_data(scenes), source=()), tmp_path)

    assert reports[-1].step == 2


def test_an_auxiliary_classifier_learns_too(scenes: Path, tmp_path: Path) -> None:
    network = {**toy_config().network.to_dict(), "auxiliary": True}
    path, _ = run(toy_config(steps=2, network=network), toy_data(scenes), tmp_path)

    assert "auxiliary.weight" in load_file(path / "model.safetensors")


def test_starts_from_the_last_teacher(scenes: Path, tmp_path: Path, model: Path) -> None:
    config = toy_config(steps=1, lr=0.0)
    fresh, _ = run(config, toy_data(scenes), tmp_path / "a")
    further, _ = run(config, toy_data(scenes), tmp_path / "b", start_from=model)

    told = load_file(model / "model.safetensors")["classify.weight"]
    assert torch.equal(load_file(further / "model.safetensors")["classify.weight"], told)
    assert not torch.equal(load_file(fresh / "model.safetensors")["classify.weight"], told)


def test_the_model_that_is_left_is_the_teacher(scenes: Path, tmp_path: Path) -> None:
    path, _ = run(toy_config(steps=3, checkpoint_seconds=0.0), toy_data(scenes), tmp_path)

    last = tmp_path / "step-00000003"
    assert weights(path) == (last / "ema.safetensors").read_bytes()
    assert weights(path) != (last / "model.safetensors").read_bytes()


def test_refuses_to_start_from_other_classes(scenes: Path, tmp_path: Path, model: Path) -> None:
    network = {**toy_config().network.to_dict(), "classes": 9}

    with pytest.raises(ValueError, match="cannot start"):
        run(toy_config(network=network), toy_data(scenes), tmp_path, start_from=model)


def test_a_missing_file_of_weights_is_an_error(scenes: Path, tmp_path: Path) -> None:
    network = {**toy_config().network.to_dict(), "pretrained": True, "weights": "/no/such.pth"}

    with pytest.raises(WeightsMissing, match=r"no weights at .*pretrained=false"):
        run(toy_config(network=network), toy_data(scenes), tmp_path)


class TestResume:
    @pytest.mark.parametrize("stop_at", [0, 1, 3, 5])
    def test_a_stopped_stage_ends_bit_equal(
        self, scenes: Path, tmp_path: Path, model: Path, stop_at: int
    ) -> None:
        with pytest.raises(Stopped, match=f"after step {stop_at} of 6"):
            run(toy_config(), toy_data(scenes), tmp_path, stop_at=stop_at)
        assert (tmp_path / f"step-{stop_at:08d}" / "manifest.json").is_file()

        resumed, _ = run(toy_config(), toy_data(scenes), tmp_path)

        assert weights(resumed) == weights(model)

    def test_sgd_too(self, scenes: Path, tmp_path: Path) -> None:
        config = toy_config(optimiser="sgd", steps=4)
        whole, _ = run(config, toy_data(scenes), tmp_path / "whole")
        with pytest.raises(Stopped):
            run(config, toy_data(scenes), tmp_path / "parts", stop_at=2)

        parts, _ = run(config, toy_data(scenes), tmp_path / "parts")

        assert weights(parts) == weights(whole)

    def test_a_finished_stage_is_not_trained_again(self, scenes: Path, tmp_path: Path) -> None:
        first, _ = run(toy_config(steps=2), toy_data(scenes), tmp_path)
        before = (first / "model.safetensors").stat().st_mtime_ns

        again, reports = run(toy_config(steps=2), toy_data(scenes), tmp_path)

        assert (again, reports) == (first, [])
        assert (again / "model.safetensors").stat().st_mtime_ns == before

    def test_how_often_it_saves_changes_nothing(
        self, scenes: Path, tmp_path: Path, model: Path
    ) -> None:
        often, _ = run(toy_config(checkpoint_seconds=0.0), toy_data(scenes), tmp_path)

        assert weights(often) == weights(model)
        assert sorted(path.name for path in tmp_path.glob("step-*")) == [
            "step-00000004",
            "step-00000005",
            "step-00000006",
        ]

    def test_loader_threads_change_nothing(self, scenes: Path, tmp_path: Path, model: Path) -> None:
        path, _ = run(toy_config(loader_threads=3), toy_data(scenes), tmp_path)

        assert weights(path) == weights(model)

    def test_the_seed_changes_the_result(self, scenes: Path, tmp_path: Path, model: Path) -> None:
        path, _ = run(toy_config(seed=1), toy_data(scenes), tmp_path)

        assert weights(path) != weights(model)

    def test_a_stage_of_other_data_starts_over_and_says_so(
        self, scenes: Path, tmp_path: Path, model: Path
    ) -> None:
        """Also where the other one was further: its later step would else hide the new ones."""
        with pytest.raises(Stopped):
            run(toy_config(), toy_data(scenes, labelled=4), tmp_path, stop_at=5)
        notes: list[str] = []

        path, _ = run(toy_config(checkpoint_seconds=0.0), toy_data(scenes), tmp_path, notes=notes)

        assert weights(path) == weights(model)
        assert notes == [
            "checkpoint step-00000005 cannot be used: it is of another configuration or of other "
            "data; the training starts over"
        ]
        assert len(list(tmp_path.glob("step-*"))) == 3

    def test_a_broken_checkpoint_gives_way_to_the_one_before(
        self, scenes: Path, tmp_path: Path, model: Path
    ) -> None:
        with pytest.raises(Stopped):
            run(toy_config(checkpoint_seconds=0.0), toy_data(scenes), tmp_path, stop_at=4)
        (tmp_path / "step-00000004" / "ema.safetensors").write_bytes(b"torn")
        notes: list[str] = []

        path, _ = run(toy_config(), toy_data(scenes), tmp_path, notes=notes)

        assert weights(path) == weights(model)
        assert [note.rpartition("; ")[2] for note in notes] == ["the training goes on after step 3"]

    @pytest.mark.parametrize("kind", ["images", "labels"])
    def test_a_file_of_the_same_name_and_other_content_is_other_data(
        self, scenes: Path, tmp_path: Path, kind: str
    ) -> None:
        copy = shutil.copytree(scenes, tmp_path / "scenes")
        with pytest.raises(Stopped):
            run(toy_config(), toy_data(copy), tmp_path / "stage", stop_at=0)
        first, second, *_ = sorted((copy / "source" / kind).iterdir())
        shutil.copyfile(second, first)

        notes: list[str] = []
        run(toy_config(), toy_data(copy), tmp_path / "stage", notes=notes)
        assert len(notes) == 1


CHILD = """
import sys, time
from pathlib import Path
from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.trainer import train_stage
train_stage(toy_config(checkpoint_seconds=0.0), toy_data(Path(sys.argv[1])), Path(sys.argv[2]),
    start_from=None, on_progress=lambda progress: progress.step == 4 and time.sleep(1000),
    should_stop=lambda: False)
"""
"""It waits in the midst for what kills it."""


def test_a_killed_process_leaves_a_stage_that_ends_bit_equal(
    scenes: Path, tmp_path: Path, model: Path
) -> None:
    root = Path(__file__).parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(scenes), str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"},
    )
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("step-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (tmp_path / "model").exists()

    resumed, _ = run(toy_config(), toy_data(scenes), tmp_path)

    assert weights(resumed) == weights(model)
