import pytest

from server.rules.learning_curve import Point, fit


def points(*scores: float, step: int = 10) -> list[Point]:
    return [Point(number * step, score) for number, score in enumerate(scores, start=1)]


def test_is_silent_below_three_label_counts() -> None:
    assert fit(points(0.5, 0.6)) is None
    assert fit([Point(0, 0.2), *points(0.5, 0.6)]) is None
    assert fit([Point(10, 0.5), Point(20, 0.6), Point(20, 0.61)]) is None
    assert fit(points(0.5, 0.6, 0.65)) is not None


def test_a_noiseless_power_law_is_foreseen() -> None:
    truth = [0.8 - 0.3 * number**-0.7 for number in range(1, 9)]
    curve = fit(points(*truth[:-1]))
    assert curve is not None
    span = curve.measured(80)
    assert span.middle == pytest.approx(truth[-1], abs=0.005)
    assert span.low < truth[-1] < span.high
    assert curve.plateau().middle == pytest.approx(0.8, abs=0.05)


def test_a_steep_start_promises_more_than_a_flat_one() -> None:
    steep, flat = fit(points(0.4, 0.5, 0.56)), fit(points(0.56, 0.56, 0.56))
    assert steep is not None
    assert flat is not None
    assert steep.gain(30, 40).middle > 0.02 > flat.gain(30, 40).middle


def test_a_measured_score_is_less_certain_than_the_curve_itself() -> None:
    curve = fit(points(0.5, 0.6, 0.65, 0.67))
    assert curve is not None
    measured, true = curve.measured(50), curve.true(50)
    assert measured.low < true.low < true.high < measured.high


def test_the_interval_widens_with_the_distance() -> None:
    curve = fit(points(0.5, 0.6, 0.65, 0.67))
    assert curve is not None
    near, far = curve.gain(40, 50), curve.gain(40, 400)
    assert far.high - far.low > near.high - near.low


def test_scattered_scores_widen_the_interval() -> None:
    calm, wild = fit(points(0.50, 0.58, 0.62, 0.645)), fit(points(0.50, 0.65, 0.55, 0.69))
    assert calm is not None
    assert wild is not None
    narrow, wide = calm.measured(50), wild.measured(50)
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)
