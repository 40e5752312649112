import pytest

from server.rules.scores import class_ious


def test_intersection_over_union_per_class() -> None:
    # class 0: 3 hit, 1 missed, 2 wrongly guessed; class 1: 4 hit
    assert class_ious([[3, 1, 0], [2, 4, 0], [0, 0, 0]]) == [
        pytest.approx(3 / 6),
        pytest.approx(4 / 7),
        None,
    ]


def test_a_class_that_is_only_guessed_scores_nought() -> None:
    assert class_ious([[5, 2], [0, 0]]) == [pytest.approx(5 / 7), 0]
