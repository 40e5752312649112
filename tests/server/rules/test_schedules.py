from datetime import time

import pytest

from server.rules.schedules import is_quiet, labels_due


@pytest.mark.parametrize(
    ("labels", "counted", "due"),
    [(4, 0, None), (5, 0, 5), (6, 5, None), (10, 5, 10), (17, 0, 15), (9, 4, 9)],
)
def test_is_due_at_every_fifth_new_label_and_coalesces_what_was_missed(
    labels: int, counted: int, due: int | None
) -> None:
    assert labels_due(labels, counted=counted, every=5) == due


@pytest.mark.parametrize(
    ("clock", "since", "until", "quiet"),
    [
        (time(23), time(22), time(6), True),
        (time(5, 59), time(22), time(6), True),
        (time(6), time(22), time(6), False),
        (time(12), time(22), time(6), False),
        (time(12), time(9), time(17), True),
        (time(17), time(9), time(17), False),
    ],
)
def test_quiet_hours_may_pass_midnight(
    clock: time, since: time, until: time, *, quiet: bool
) -> None:
    assert is_quiet(clock, since=since, until=until) is quiet
