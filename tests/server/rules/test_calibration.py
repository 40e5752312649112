import pytest

from server.rules.calibration import Bin, expected_error, reliability


def test_bins_have_means_and_shares_and_empty_ones_are_left_out() -> None:
    rows = [[0, 0.0, 0], [10, 5.5, 5], [30, 27.0, 30]]

    assert reliability(rows) == [
        Bin(confidence=0.55, accuracy=0.5, share=0.25),
        Bin(confidence=0.9, accuracy=1.0, share=0.75),
    ]
    assert expected_error(rows) == pytest.approx(0.25 * 0.05 + 0.75 * 0.1)


def test_nothing_measured_has_no_error() -> None:
    assert reliability([[0, 0.0, 0]]) == []
    assert expected_error([]) is None
