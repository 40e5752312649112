"""Checkpoints on disk: complete, verified, and the one before when the newest is broken."""

from pathlib import Path

import pytest
import torch

from worker.ml import checkpoint, models
from worker.ml.checkpoint import State, Trouble, load_checkpoint, save_checkpoint, set_aside
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


@pytest.mark.parametrize("act", ["_sync", "_sha256"])
@pytest.mark.parametrize("nth", range(7))
def test_a_write_that_ends_at_any_point_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, nth: int
) -> None:
    save(tmp_path, 1)
    calls = iter(range(100))
    whole = getattr(models, act)

    def ends(path: Path) -> object:
        if next(calls) == nth:
            raise KeyboardInterrupt
        return whole(path)

    monkeypatch.setattr(models, act, ends)
    try:
        save(tmp_path, 2)
    except KeyboardInterrupt:
        monkeypatch.undo()
        loaded = load_checkpoint(tmp_path, fingerprint="f")
        assert loaded is not None
        assert loaded.step == 1
    else:
        assert (act, nth) == ("_sha256", 6), "there are six files to hash"


class TestSetAside:
    def test_what_cannot_be_used_is_hidden_and_said(self, tmp_path: Path) -> None:
        save(tmp_path, 1, 2)
        (tmp_path / "step-00000002" / "ema.safetensors").write_bytes(b"")

        [said] = set_aside(tmp_path, fingerprint="f")

        assert said.startswith("checkpoint step-00000002 cannot be used: step-00000002/ema")
        assert [path.name for path in tmp_path.glob("step-*")] == ["step-00000001"]

    def test_another_training_is_not_gone_on_from(self, tmp_path: Path) -> None:
        save(tmp_path, 1)

        assert load_checkpoint(tmp_path, fingerprint="g") is None
        [said] = set_aside(tmp_path, fingerprint="g")
        assert "another configuration" in said
        assert load_checkpoint(tmp_path, fingerprint="f") is None

    def test_another_version_is_not_gone_on_from(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(tmp_path, 1)
        monkeypatch.setattr(checkpoint, "STATE_VERSION", checkpoint.STATE_VERSION + 1)

        assert load_checkpoint(tmp_path, fingerprint="f") is None
        [said] = set_aside(tmp_path, fingerprint="f")
        assert "another version" in said

    def test_what_can_be_used_stays(self, tmp_path: Path) -> None:
        save(tmp_path, 1, 2)

        assert set_aside(tmp_path, fingerprint="f") == []
        loaded = load_checkpoint(tmp_path, fingerprint="f")
        assert loaded is not None
        assert loaded.step == 2


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, fingerprint="f") is None
