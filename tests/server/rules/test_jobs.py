from server.rules.jobs import QUEUE, JobKind, JobTimes, backoff_seconds


def test_every_kind_has_a_queue() -> None:
    assert set(QUEUE) == set(JobKind)


def test_the_wait_doubles_with_every_failure() -> None:
    assert [backoff_seconds(attempt, JobTimes()) for attempt in (1, 2, 3)] == [10, 20, 40]
