from server.rules.items import for_several, nearest_free, places

NAMES = [f"image-{number}" for number in range(100)]


def test_so_many_images_are_for_several_and_the_seed_says_which() -> None:
    chosen = for_several(NAMES, seed=0, count=20)
    assert len(chosen) == 20
    assert chosen == for_several(reversed(NAMES), seed=0, count=20)
    assert chosen != for_several(NAMES, seed=1, count=20)
    assert for_several(NAMES, seed=0, count=1000) == set(NAMES)


def test_a_queue_keeps_places_free_but_not_its_last() -> None:
    for seed in range(50):
        queue, kept = places(9, seed=seed, hidden_share=0.25)
        assert (len(queue), len(kept)) == (9, 3)
        assert sorted([*queue, *kept]) == list(range(1, 13))
        assert queue[-1] == 12
    assert places(4, seed=0, hidden_share=0.0) == ([1, 2, 3, 4], [])


def test_the_nearest_free_place_is_taken_once() -> None:
    assert nearest_free([2, 7, 9], [], at=6) == 7
    assert nearest_free([2, 7, 9], [7], at=6) == 9
    assert nearest_free([2], [2], at=6) is None
