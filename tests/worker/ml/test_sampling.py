"""What a step sees, as a function of seed, step and class chances alone."""

import json
from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest

from tests.worker.ml.conftest import toy_config
from worker.ml.sampling import Plan, Pools, donor, in_turn, plan_step


def plan(step: int, pools: Pools, **changes: object) -> Plan:
    shown = np.zeros((pools.unlabelled, 8), bool)
    if pools.unlabelled > 3:
        shown[3, 5] = True
    chances = np.zeros(8)
    chances[5] = 1
    return plan_step(step, toy_config(**changes), pools, chances=chances, shown=shown)


def test_every_image_is_seen_once_per_epoch() -> None:
    epochs = [
        [in_turn(7, epoch * 7 + place, seed=1, stream=2) for place in range(7)]
        for epoch in range(3)
    ]

    assert all(sorted(seen) == list(range(7)) for seen in epochs)
    assert len({tuple(seen) for seen in epochs}) == 3


def test_every_labelled_source_image_is_seen_within_three_epochs() -> None:
    pools = Pools(source=10, labelled=4, unlabelled=6)

    slots = [slot for step in range(30) for slot in plan(step, pools, batch_labelled=2).labelled]

    assert {slot.index for slot in slots if slot.pool == "source"} == set(range(10))
    assert {slot.index for slot in slots if slot.pool == "labelled"} == set(range(4))


@pytest.mark.parametrize(("share", "source"), [(0.5, 200), (0.25, 100), (0.0, 0), (1.0, 400)])
def test_the_two_domains_have_their_share_of_the_labelled_crops(share: float, source: int) -> None:
    pools = Pools(source=10, labelled=4, unlabelled=0)
    changes = {"batch_labelled": 4, "source_share": share}

    slots = [slot for step in range(100) for slot in plan(step, pools, **changes).labelled]

    assert Counter(slot.pool for slot in slots)["source"] == source


@pytest.mark.parametrize(
    ("pools", "expected"), [(Pools(5, 0, 6), "source"), (Pools(0, 5, 6), "labelled")]
)
def test_the_only_labelled_pool_gives_all(pools: Pools, expected: str) -> None:
    slots = [slot for step in range(20) for slot in plan(step, pools, copy_paste=1.0).labelled]

    assert {slot.pool for slot in slots} == {expected}
    assert {slot.paste[0] for slot in slots if slot.paste} == {expected}


def test_a_patch_comes_from_an_image_that_shows_its_class() -> None:
    plans = [plan(step, Pools(2, 2, 9), batch_unlabelled=4) for step in range(10)]

    assert all(each.unlabelled[2:] == (3, 3) for each in plans)
    assert {image for each in plans for image in each.unlabelled[:2]} == set(range(9))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_donor_shows_the_class_that_its_receiver_is_to_get(count: int) -> None:
    """Each image shows one class alone, so that the class tells the image."""
    config, pools = toy_config(batch_unlabelled=count), Pools(2, 2, 8)
    even, shown = np.full(8, 1 / 8), np.eye(8, dtype=bool)

    for step in range(20):
        drawn = plan_step(step, config, pools, chances=even, shown=shown)
        for place, label in enumerate(drawn.cutmix_classes):
            giver = donor(place, count)
            if giver >= count - count // 2:  # the others go through the pool in turn
                assert drawn.unlabelled[giver] == label


def test_one_unlabelled_crop_is_enough() -> None:
    assert len(plan(0, Pools(2, 2, 9), batch_unlabelled=1).unlabelled) == 1


def test_plans_depend_on_seed_and_step_alone() -> None:
    pools = Pools(5, 5, 9)

    assert plan(3, pools) == plan(3, pools)
    assert plan(3, pools) != plan(4, pools)
    assert plan(3, pools, seed=1) != plan(3, pools, seed=2)


def test_plans_go_to_json_and_back_unchanged() -> None:
    for step in range(10):
        drawn = plan(step, Pools(5, 5, 9), copy_paste=0.5)
        assert Plan.from_dict(json.loads(json.dumps(asdict(drawn)))) == drawn
