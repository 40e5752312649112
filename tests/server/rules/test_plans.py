"""What a round's images cost in labels, and how many a number of labels pays for."""

from typing import Any

import pytest

from server.rules import plans

CONFIGS: list[dict[str, Any]] = [
    {},
    {"overlap": 1, "overlap_share": 0.5},
    {"overlap": 2},
    {"overlap": 3, "overlap_share": 0.3},
    {"overlap": 2, "overlap_count": 3},
    {"overlap": 5, "overlap_count": 0},
]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_most_images_that_labels_pay_for(config: dict[str, Any]) -> None:
    for labels in range(40):
        images = plans.images_for(labels, config)
        assert plans.labels_of(images, config) <= labels < plans.labels_of(images + 1, config)


@pytest.mark.parametrize(
    ("images", "config", "labels"),
    [
        (10, {}, 10),
        (10, {"overlap": 3}, 30),
        (10, {"overlap": 3, "overlap_share": 0.2}, 14),
        (10, {"overlap": 2, "overlap_count": 4}, 14),
        (2, {"overlap": 2, "overlap_count": 4}, 4),
        (10, {"overlap": 2, "overlap_share": 0}, 10),
        (10, {"overlap": None, "overlap_share": None}, 10),
    ],
)
def test_an_image_costs_a_label_of_each_person(
    images: int, config: dict[str, Any], labels: int
) -> None:
    assert plans.labels_of(images, config) == labels


def test_known_truths_are_a_share_of_all_that_a_person_meets() -> None:
    assert plans.hidden(9, {"hidden_share": 0.1}) == 1
    assert plans.hidden(10, {"hidden_share": 0.5}) == 10
    assert plans.hidden(10, {"hidden_share": 0.5, "regions": 4}) == 0
    assert plans.hidden(10, {}) == 0


@pytest.mark.parametrize(
    ("images", "wanted", "has", "drawn"),
    [(10, 3, 1, 2), (10, 9, 0, 5), (10, 3, 5, 0), (1, 9, 0, 0)],
)
def test_validation_takes_half_of_a_round_at_most(
    images: int, wanted: int, has: int, drawn: int
) -> None:
    assert plans.validation(images, wanted=wanted, has=has) == drawn


def test_the_newer_word_on_overlap_counts() -> None:
    project = {"overlap": 2, "overlap_share": 0.5, "steps": 9}
    assert plans.merged(project, {"overlap_count": 3}) == {
        "overlap": 2, "overlap_count": 3, "steps": 9,
    }  # fmt: skip
    assert plans.merged({"overlap_count": 3}, {"overlap_share": 0.1}) == {"overlap_share": 0.1}
    assert plans.merged(project, {"steps": 4})["overlap_share"] == 0.5
