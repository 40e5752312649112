from benchmarks.advice import coverage, forecasts, measure
from server.rules.learning_curve import Point


def test_the_intervals_cover_what_they_say() -> None:
    made = measure(curves=60, scatter=0.015, seed=3)
    assert len(made) == 60 * 6
    assert 85 <= coverage(made) <= 97  # 360 forecasts: a sampling error of 1.6 points


def test_a_forecast_never_sees_its_answer() -> None:
    seen = [Point(10, 0.5), Point(20, 0.55), Point(30, 0.58)]
    for answer in (0.1, 0.9):
        [made] = list(forecasts([*seen, Point(40, answer)]))
        assert made.happened == answer
        assert 0.55 < made.middle < 0.65
        assert not made.holds
