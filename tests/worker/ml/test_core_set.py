"""Greedy k-centres, by hand and against the definition."""

from pathlib import Path

import numpy as np
import pytest

from tests.worker.ml.conftest import samples
from worker.ml.core_set import Placed, k_centres, place_images
from worker.ml.models import load_model


def at(degrees: float, *, group: str = "", name: str = "") -> Placed:
    angle = np.deg2rad(degrees)
    return Placed(name or f"d{degrees:03.0f}", group, np.array([np.cos(angle), np.sin(angle)]))


def names(
    pool: list[Placed], labelled: list[Placed], k: int, *, group_quota: str = "size"
) -> list[str]:
    return [each.name for each in k_centres(pool, labelled, k, group_quota=group_quota)]


class TestKCentres:
    def test_takes_the_farthest_from_what_is_labelled_and_chosen(self) -> None:
        pool = [at(10), at(20), at(90), at(170), at(180)]

        chosen = k_centres(pool, [at(0)], 3)

        assert [each.name for each in chosen] == ["d180", "d090", "d020"]
        assert [each.rank for each in chosen] == [1, 2, 3]
        assert [each.score for each in chosen] == pytest.approx(
            [1.0, 0.5, (1 - np.cos(np.deg2rad(20))) / 2]
        )
        assert chosen[0].reason == "core_set 1.0000 from what is labelled or chosen"

    def test_near_duplicates_are_not_both_chosen(self) -> None:
        assert names([at(89), at(90), at(91), at(40)], [at(0)], 2) == ["d091", "d040"]

    def test_without_a_label_it_begins_in_the_middle(self) -> None:
        assert names([at(0), at(50), at(60), at(120)], [], 2) == ["d060", "d000"]

    def test_quotas_hold(self) -> None:
        pool = [at(90, group="a"), at(120, group="a"), at(180, group="a")]
        pool += [at(5, group="b"), at(6, group="b"), at(7, group="b")]

        assert names(pool, [at(0)], 2) == ["d180", "d007"]
        assert names(pool, [at(0)], 2, group_quota="none") == ["d180", "d090"]
        assert k_centres(pool, [at(0)], 2)[1].reason.endswith("group 'b' gives 1 of 2")

    def test_ties_go_by_name_and_the_pools_order_does_not_matter(self) -> None:
        pool = [at(30, name="c"), at(30, name="a"), at(200, name="b"), at(75, name="d")]

        assert names(pool, [at(30)], 4) == ["b", "d", "a", "c"]
        assert names(pool[::-1], [at(30)], 4) == ["b", "d", "a", "c"]

    def test_every_choice_is_the_farthest_by_the_definition(self) -> None:
        rng = np.random.default_rng(0)
        vectors = rng.normal(size=(30, 6))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        pool = [Placed(f"{n:02d}", "", v) for n, v in enumerate(vectors[4:])]
        known = [Placed(f"k{n}", "", v) for n, v in enumerate(vectors[:4])]

        chosen = k_centres(pool, known, 8)

        centres = [each.place for each in known]
        by_name = {each.name: each.place for each in pool}
        for choice in chosen:
            far = {n: min((1 - v @ c) / 2 for c in centres) for n, v in by_name.items()}
            assert choice.name == max(far, key=lambda name: far[name])
            assert choice.score == pytest.approx(far[choice.name])
            centres.append(by_name.pop(choice.name))

    def test_more_than_the_pool_has_is_refused(self) -> None:
        with pytest.raises(ValueError, match="asks for 2 images, the pool has 1"):
            k_centres([at(0)], [], 2)
        assert k_centres([], [], 0) == []


def test_images_lie_where_their_pooled_features_point(scenes: Path, model: Path) -> None:
    loaded = load_model(model)
    pool = samples(scenes, "target", labelled=False)[:4]

    placed = list(place_images(loaded, pool))
    backwards = list(place_images(loaded, pool[::-1]))[::-1]

    assert [each.name for each in placed] == [sample.name for sample in pool]
    assert all(np.linalg.norm(each.place) == pytest.approx(1) for each in placed)
    assert all(
        np.array_equal(one.place, other.place) for one, other in zip(placed, backwards, strict=True)
    )
    assert len({each.place.tobytes() for each in placed}) == 4
