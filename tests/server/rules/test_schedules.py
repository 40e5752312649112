import pytest

from server.rules.schedules import labels_due


@pytest.mark.parametrize(
    ("labels", "counted", "due"),
    [(4, 0, None), (5, 0, 5), (6, 5, None), (10, 5, 10), (17, 0, 15), (9, 4, 9)],
)
def test_is_due_at_every_fifth_new_label_and_coalesces_what_was_missed(
    labels: int, counted: int, due: int | None
) -> None:
    assert labels_due(labels, counted=counted, every=5) == due
