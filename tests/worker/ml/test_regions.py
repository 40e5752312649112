"""The best windows of a map, and what they are in the image."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.ml.conftest import samples
from worker.ml.acquisition import best_regions, score_images
from worker.ml.models import load_model
from worker.ml.regions import Window, best_windows, boxes_of, random_map


def test_finds_the_highest_windows_in_order() -> None:
    scores = torch.zeros(8, 12)  # windows of 2 by 3
    scores[1:3, 4:7] = 0.5
    scores[6:8, 9:12] = 1.0

    found = best_windows(scores, count=2)

    assert found == [Window(6, 9, 8, 12, 1.0), Window(1, 4, 3, 7, 0.5)]


def test_equal_windows_come_by_row_and_column_and_never_overlap() -> None:
    found = best_windows(torch.ones(8, 8), count=16)

    corners = [(each.top, each.left) for each in found]
    assert corners == [(top, left) for top in range(0, 8, 2) for left in range(0, 8, 2)]


def test_fewer_where_no_more_fit() -> None:
    scores = torch.zeros(8, 8)
    scores[3:5, 3:5] = 1

    assert len(best_windows(scores, count=16)) < 16


@pytest.mark.parametrize("count", [0, 17])
def test_a_number_of_regions_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"regions must be 1 to 16, not {count}"):
        best_windows(torch.ones(8, 8), count=count)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    size=st.tuples(st.integers(30, 90), st.integers(30, 90)),
    count=st.integers(1, 16),
    seed=st.integers(0, 1000),
)
def test_boxes_lie_in_the_image_and_apart(
    shape: tuple[int, int], size: tuple[int, int], count: int, seed: int
) -> None:
    scores = random_map(shape, number=seed)

    boxes = boxes_of(best_windows(scores, count=count), scores, size=size)

    assert 1 <= len(boxes) <= count
    asked = np.zeros(size, int)
    for top, left, bottom, right in boxes:
        assert 0 <= top < bottom <= size[0]
        assert 0 <= left < right <= size[1]
        asked[top:bottom, left:right] += 1
    assert asked.max() == 1


def test_the_greedy_choice_is_the_best_of_what_overlaps_nothing_before() -> None:
    scores = random_map((9, 9), number=3)
    side = 2  # a quarter of 9

    found = best_windows(scores, count=5)

    taken: list[Window] = []
    for window in found:
        free = [
            (float(scores.double()[top : top + side, left : left + side].mean()), -top, -left)
            for top, left in itertools.product(range(9 - side + 1), repeat=2)
            if all(abs(top - each.top) >= side or abs(left - each.left) >= side for each in taken)
        ]
        best = max(free)
        assert (window.top, window.left) == (-best[1], -best[2])
        assert window.mean == pytest.approx(best[0])
        taken.append(window)


class TestOfImages:
    @pytest.mark.parametrize("strategy", ["entropy", "bald", "random"])
    def test_are_the_same_again_and_inside(self, strategy: str, scenes: Path, model: Path) -> None:
        sample = samples(scenes, "target", labelled=False)[0]
        loaded = load_model(model)

        boxes = best_regions(loaded, sample, strategy=strategy, seed=1, count=3)

        assert boxes == best_regions(loaded, sample, strategy=strategy, seed=1, count=3)
        assert len(boxes) == 3
        assert {(bottom - top, right - left) for top, left, bottom, right in boxes} == {(16, 24)}

    def test_an_images_score_is_that_of_its_regions(self, scenes: Path, model: Path) -> None:
        pool = samples(scenes, "target", labelled=False)[:3]

        whole = score_images(model, pool, strategy="entropy", seed=0, threads=1)
        best = score_images(model, pool, strategy="entropy", seed=0, threads=1, regions=2)

        assert all(b.score > w.score for b, w in zip(best, whole, strict=True))

    def test_core_set_has_none(self, model: Path) -> None:
        with pytest.raises(ValueError, match="core_set compares whole images"):
            score_images(model, [], strategy="core_set", seed=0, threads=1, regions=4)
