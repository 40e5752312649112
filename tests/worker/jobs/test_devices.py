"""Where jobs run their networks."""

import pytest
import torch

from server.settings import Settings
from tests.worker.ml.conftest import toy_config
from worker.jobs import devices


@pytest.fixture
def _two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.mark.usefixtures("_no_gpu")
def test_without_a_gpu_all_runs_on_the_processor() -> None:
    assert devices.device(Settings()) == "cpu"
    assert devices.processes(Settings(), toy_config()) == 1


@pytest.mark.usefixtures("_no_gpu")
def test_a_gpu_that_is_not_there_is_refused_for_good() -> None:
    with pytest.raises(devices.NoDevice, match=r"MASKLOOP_DEVICE is cuda:1: .* finds 0 CUDA"):
        devices.device(Settings(device="cuda:1"))


@pytest.mark.usefixtures("_two_gpus")
@pytest.mark.parametrize(
    ("device", "picked", "processes"),
    [("auto", "cuda:0", 2), ("cuda", "cuda:0", 2), ("cuda:1", "cuda:1", 1), ("cpu", "cpu", 1)],
)
def test_each_gpu_has_a_process_unless_one_is_named(
    device: str, picked: str, processes: int
) -> None:
    settings = Settings(device=device)

    assert devices.device(settings) == picked
    assert devices.processes(settings, toy_config(device=device)) == processes


@pytest.mark.usefixtures("_two_gpus")
def test_the_settings_say_how_many() -> None:
    settings = Settings(device="cpu", training_processes=2)

    assert devices.processes(settings, toy_config(device="cpu")) == 2
