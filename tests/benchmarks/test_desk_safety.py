"""The desk's safety benchmark does what it says, in its short form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from benchmarks import desk_safety


@pytest.fixture(scope="module")
def figures(playwright: Playwright, browser_path: str) -> desk_safety.Figures:
    return desk_safety.measure(playwright, browser_path, kills=1, offline_seconds=4)


def test_nothing_submitted_is_lost(figures: desk_safety.Figures) -> None:
    lost = {name: each for name, each in figures.items() if name.endswith("submissions_lost")}
    assert set(lost) == {
        "offline.submissions_lost",
        "session_revoked.submissions_lost",
        "service_restarted.submissions_lost",
        "lease_expired.submissions_lost",
    }
    assert {name: each.value for name, each in lost.items()} == dict.fromkeys(lost, 0)
    assert lost["offline.submissions_lost"].n == 4


def test_a_kill_loses_seconds_at_most_and_the_canvas_is_one_that_was_shown(
    figures: desk_safety.Figures,
) -> None:
    assert figures["kill.canvas_unknown"].value == 0
    assert figures["kill.lost_s.most"].n == 1
    # A second is the figure of a machine that does nothing else.
    assert figures["kill.lost_s.most"].value <= 5
