"""The acquisition benchmark's end-to-end figure, in small."""

from pathlib import Path

from benchmarks.acquisition import end_to_end, make_model


def test_the_whole_is_compared_with_the_slower_of_its_parts(tmp_path: Path) -> None:
    figures = end_to_end(make_model(tmp_path / "model"), tmp_path, turns=1, seed=0, images=2)

    slower = max(figures[f"acquisition.{part}_ms"].value for part in ("decoding", "forward"))
    ratio = slower / figures["acquisition.whole_ms"].value
    assert figures["acquisition.end_to_end"].value == ratio
    assert ratio > 0
