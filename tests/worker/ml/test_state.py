"""A training's state: all of it is enough to go on exactly, and no part of it can be left out."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.checkpoint import State, Trouble
from worker.ml.trainer import Training

# Class chances move fast and are sharp, so that plans drawn at another step differ.
SENSITIVE = toy_config(steps=8, prefetch=4, confidence_momentum=0.5, class_temperature=1e-4)

# As after losses that were no numbers: at half the learning rate.
LAMED = Trouble(rate=0.5)

# All that the recipe remembers from step to step.
REMEMBERED = (
    "confidence.value",
    "confidence.seen",
    "presence.shown",
    "negatives.keys",
    "negatives.head",
    "negatives.length",
)


def finish(training: Training, *, steps: int = 8) -> None:
    while training.step < steps:
        training.advance()
    training.close()


def same(one: State, other: State) -> bool:
    return all(
        torch.equal(value, getattr(other, part)[name])
        for part in ("student", "teacher", "recipe")
        for name, value in getattr(one, part).items()
    )


def copied(state: State) -> State:
    def clones(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in tensors.items()}

    return replace(
        state,
        student=clones(state.student),
        teacher=clones(state.teacher),
        optimiser=clones(state.optimiser),
        recipe=clones(state.recipe),
    )


@pytest.fixture(scope="module")
def half_state(scenes: Path) -> State:
    """After 2 steps of 8: plans wait that were drawn before any confidence was known."""
    training = Training(SENSITIVE, toy_data(scenes), None)
    training.trouble = LAMED
    for _ in range(2):
        training.advance()
    state = copied(training.state())
    training.close()
    return state


@pytest.fixture(scope="module")
def whole_state(scenes: Path) -> State:
    training = Training(SENSITIVE, toy_data(scenes), None)
    training.trouble = LAMED
    finish(training)
    return copied(training.state())


@pytest.mark.parametrize("part", [field.name for field in fields(State)])
def test_each_part_of_the_state_matters(
    scenes: Path, part: str, whole_state: State, half_state: State
) -> None:
    """Leaving a part as a new training has it must change the result."""
    training = Training(SENSITIVE, toy_data(scenes), None)
    training.restore(replace(half_state, **{part: getattr(training.state(), part)}))
    finish(training)

    assert not same(training.state(), whole_state)


def test_the_recipe_remembers_what_is_tested_here(half_state: State) -> None:
    assert sorted(half_state.recipe) == sorted(REMEMBERED)


@pytest.mark.parametrize("name", REMEMBERED)
def test_each_memory_of_the_recipe_matters(
    scenes: Path, name: str, whole_state: State, half_state: State
) -> None:
    training = Training(SENSITIVE, toy_data(scenes), None)
    forgotten = {**half_state.recipe, name: training.state().recipe[name].clone()}
    training.restore(replace(half_state, recipe=forgotten))
    finish(training)

    assert not same(training.state(), whole_state)


@pytest.mark.parametrize("name", ["step", "exp_avg", "exp_avg_sq"])
def test_each_memory_of_the_optimiser_matters(
    scenes: Path, name: str, whole_state: State, half_state: State
) -> None:
    """A new optimiser has no state yet, so that a zero stands for one that was left out."""
    forgotten = {
        key: torch.zeros_like(value) if key.endswith(f".{name}") else value
        for key, value in half_state.optimiser.items()
    }
    training = Training(SENSITIVE, toy_data(scenes), None)
    training.restore(replace(half_state, optimiser=forgotten))
    finish(training)

    assert not same(training.state(), whole_state)


@pytest.mark.parametrize("part", ["student", "teacher", "recipe"])
def test_a_tensor_that_is_missing_is_refused(scenes: Path, part: str, half_state: State) -> None:
    tensors = dict(getattr(half_state, part))
    del tensors[next(iter(tensors))]
    change: dict[str, Any] = {part: tensors}

    with pytest.raises(RuntimeError, match="Missing key"):
        Training(SENSITIVE, toy_data(scenes), None).restore(replace(half_state, **change))


def test_the_whole_state_is_enough(scenes: Path, whole_state: State, half_state: State) -> None:
    training = Training(SENSITIVE, toy_data(scenes), None)
    training.restore(half_state)
    finish(training)

    assert same(training.state(), whole_state)
