"""Checkpoints on disk: complete, verified, and the one before when the newest is broken."""

from pathlib import Path

import pytest
import torch

from worker.ml.checkpoint import OtherTraining, State, Trouble, load_checkpoint, save_checkpoint
from worker.ml.sampling import Plan, Slot


def state(step: int) -> State:
    return State(
        step=step,
        student={"w": torch.full((2, 2), float(step))},
        teacher={"w": torch.full((2, 2), step + 0.5)},
        optimiser={"0.step": torch.tensor(float(step))},
        recipe={"keys": torch.arange(3)},
        random={"torch": torch.arange(4, dtype=torch.uint8)},
        trouble=Trouble(skipped=2, rate=0.5),
        pending=[Plan(step, (Slot("source", 1, ("labelled", 2), 3),), (4,), (5, 6), (7, 0))],
    )


def save(folder: Path, *steps: int) -> None:
    for step in steps:
        save_checkpoint(folder, state(step), fingerprint="f", keep=3)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save(tmp_path, 5)

    loaded = load_checkpoint(tmp_path, fingerprint="f")

    assert loaded is not None
    assert torch.equal(loaded.student["w"], state(5).student["w"])
    assert torch.equal(loaded.teacher["w"], state(5).teacher["w"])
    assert torch.equal(loaded.random["torch"], state(5).random["torch"])
    assert torch.equal(loaded.optimiser["0.step"], state(5).optimiser["0.step"])
    assert torch.equal(loaded.recipe["keys"], state(5).recipe["keys"])
    assert (loaded.step, loaded.pending) == (5, state(5).pending)
    assert loaded.trouble == Trouble(skipped=2, rate=0.5)


def test_the_newest_three_stay(tmp_path: Path) -> None:
    save(tmp_path, 8, 9, 10, 11)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "step-00000009",
        "step-00000010",
        "step-00000011",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "model.safetensors",
        "ema.safetensors",
        "optim.safetensors",
        "banks.safetensors",
        "random.safetensors",
        "state.json",
        "manifest.json",
    ],
)
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_a_broken_one_is_passed_over(tmp_path: Path, name: str, harm: str) -> None:
    save(tmp_path, 1, 2)
    file = tmp_path / "step-00000002" / name
    content = bytearray(file.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)

    loaded = load_checkpoint(tmp_path, fingerprint="f")

    assert loaded is not None
    assert loaded.step == 1


def test_a_half_written_one_is_not_seen(tmp_path: Path) -> None:
    save(tmp_path, 1)
    (tmp_path / ".tmp-step-00000002").mkdir()

    loaded = load_checkpoint(tmp_path, fingerprint="f")

    assert loaded is not None
    assert loaded.step == 1


def test_another_training_is_refused(tmp_path: Path) -> None:
    save(tmp_path, 1)

    with pytest.raises(OtherTraining, match="another configuration"):
        load_checkpoint(tmp_path, fingerprint="g")


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, fingerprint="f") is None
