"""Several processes as one training: the same model, stopped and killed together."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.worker.ml.conftest import toy_config, toy_data, toy_network
from worker.ml.config import StageConfig
from worker.ml.data import BadSample, StageData
from worker.ml.together import RankLost, processes_for, train_together
from worker.ml.trainer import StageProgress, Stopped, train_stage

CONFIG = toy_config(
    steps=4,
    log_every=1,
    contrastive_start=0.0,
    # Plain descent, no dropout, and no averages of a part of the batch: what differs is rounding.
    optimiser="sgd",
    lr=1e-3,
    batch_norm="frozen",
    network=toy_network(dropout=0.0).to_dict(),
)


class Watcher:
    """What is told of a training by two processes; acts after one of its steps."""

    def __init__(self, data: StageData, folder: Path) -> None:
        self.data, self.folder = data, folder
        self.steps: list[int] = []
        self.stop_after = self.kill_after = -1

    def train(self, config: StageConfig = CONFIG) -> Path:
        return train_together(
            config,
            self.data,
            self.folder,
            processes=2,
            start_from=None,
            on_progress=self.see,
            should_stop=lambda: self.stop_after in self.steps,
        )

    def see(self, progress: StageProgress) -> None:
        self.steps.append(progress.step)
        if progress.step == self.kill_after:
            os.kill(ranks()[1], signal.SIGKILL)


def ranks() -> list[int]:
    """The processes that train, in the order of their start."""
    return sorted(each.pid for each in multiprocessing.active_children() if each.pid)


@pytest.fixture
def watcher(scenes: Path, tmp_path: Path) -> Watcher:
    return Watcher(toy_data(scenes), tmp_path / "two")


def test_two_train_as_one(watcher: Watcher, tmp_path: Path) -> None:
    one = train_stage(
        CONFIG,
        watcher.data,
        tmp_path / "one",
        start_from=None,
        on_progress=print,
        should_stop=lambda: False,
    )

    two = watcher.train()

    assert watcher.steps == [1, 2, 3, 4], "one of both reports"
    assert not ranks()
    weights = load_file(two / "model.safetensors")
    for name, value in load_file(one / "model.safetensors").items():
        assert torch.allclose(weights[name].double(), value.double(), atol=1e-4), name


def test_stopped_and_killed_together_they_go_on_where_they_were(watcher: Watcher) -> None:
    """Stopped, then one killed, then left alone; the wish to stop reaches both in the same step."""
    watcher.stop_after = 1
    with pytest.raises(Stopped, match=r"stopped after step \d of 4"):
        watcher.train(replace(CONFIG, checkpoint_seconds=3600.0))
    [checkpoint] = watcher.folder.glob("step-*")
    assert not ranks()

    reached = int(checkpoint.name.partition("-")[2])
    watcher.steps, watcher.stop_after, watcher.kill_after = [], -1, reached + 1
    with pytest.raises(RankLost, match="process 2 of the 2 that train was killed by SIGKILL"):
        watcher.train()
    assert watcher.steps[0] == reached + 1
    assert not ranks()
    assert not (watcher.folder / "model").exists()

    watcher.steps, watcher.kill_after = [], -1
    watcher.train()
    assert (watcher.steps[0], watcher.steps[-1]) == (reached + 1, 4)


def test_what_one_cannot_read_ends_both(watcher: Watcher, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    watcher.data = replace(
        watcher.data, source=tuple(replace(each, image=broken) for each in watcher.data.source)
    )

    with pytest.raises(BadSample, match="the image cannot be read"):
        watcher.train()
    assert not ranks()


@pytest.mark.parametrize(
    ("wanted", "labelled", "unlabelled", "found"),
    [(1, 4, 4, 1), (2, 4, 4, 2), (3, 4, 4, 2), (8, 6, 0, 6), (4, 3, 4, 1), (0, 4, 4, 1)],
)
def test_as_many_as_share_a_batch_evenly(
    wanted: int, labelled: int, unlabelled: int, found: int
) -> None:
    config = toy_config(batch_labelled=labelled, batch_unlabelled=unlabelled, device="cpu")

    assert processes_for(config, wanted) == found
