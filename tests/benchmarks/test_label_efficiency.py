"""Kept runs are what they say they are, and figures come from complete points alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import label_efficiency
from benchmarks.label_efficiency_page import write_page
from benchmarks.learning.lines import Line, runs_of
from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.queue import missing
from benchmarks.learning.runs import Kept, Run, choose, execute, stage_data
from benchmarks.report import Figure
from worker.ml.scenes import draw_scenes


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    draw_scenes(folder / "nuclei", source=4, target=8, test=2, size=(64, 96), seed=0)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "runs", tmp_path / "models")


@pytest.fixture
def pair(data: Path) -> Pair:
    return read_pair(data, "nuclei")


def test_a_run_is_known_by_all_that_it_is(pair: Pair) -> None:
    run = Run("nuclei", 0, 4)
    others = [
        replace(run, seed=1),
        replace(run, labels=5),
        replace(run, steps=10),
        replace(run, parent=Run("nuclei", 0, 2)),
        replace(run, options=(("lambda_c", 0.0),)),
    ]

    digests = {each.digest(pair.manifest) for each in [run, *others]}

    assert len(digests) == 6
    assert run.digest("other data") not in digests


def test_changed_contents_change_the_manifest(tmp_path: Path, pair: Pair) -> None:
    draw_scenes(tmp_path / "nuclei", source=4, target=8, test=2, size=(64, 96), seed=1)

    assert read_pair(tmp_path, "nuclei").manifest != pair.manifest


def test_a_budget_holds_its_parents_labels_and_training_sees_no_others(
    pair: Pair, kept: Kept
) -> None:
    first = Run("nuclei", 3, 2)
    second = Run("nuclei", 3, 5, parent=first)

    chosen = choose(second, pair, kept)
    stage = stage_data(second, pair, chosen)

    assert len(set(chosen)) == 5
    assert set(choose(first, pair, kept)) < set(chosen)
    assert {sample.name for sample in stage.labelled} == set(chosen)
    assert [sample.label for sample in stage.unlabelled] == [None, None, None]


def test_the_dev_pair_measures_on_what_its_pool_leaves_out(tmp_path: Path) -> None:
    root = tmp_path / "driving"
    draw_scenes(root, source=2, target=4, test=2, size=(64, 96), seed=0)
    names = ["0006R0_f00930", "0006R0_f00960", "0016E5_07850", "0016E5_07960"]
    for kind in ("images", "labels"):
        for path, name in zip(sorted((root / "target" / kind).iterdir()), names, strict=True):
            path.rename(path.with_name(name + path.suffix))

    dev = read_pair(tmp_path, "driving-dev")

    assert [sample.group for sample in dev.pool] == ["0016E5", "0016E5, late"]
    assert {sample.name[:6] for sample in dev.test} == {"0006R0"}


def test_a_run_is_made_once_and_its_record_names_it(pair: Pair, kept: Kept) -> None:
    small = (("crop", (64, 64)), ("batch_labelled", 2), ("batch_unlabelled", 2))
    run = Run("nuclei", 0, 2, steps=2, options=small)

    record = execute(run, pair, kept)

    (path,) = kept.figures.iterdir()
    assert path.stem == run.digest(pair.manifest)
    assert json.loads(path.read_text())["labelled"] == sorted(choose(run, pair, kept))
    assert 0 <= record["miou"] <= 1
    assert missing([run], {"nuclei": pair}, kept) == []


def test_parents_whose_model_is_gone_are_made_again_before_their_children(
    pair: Pair, kept: Kept
) -> None:
    parent = Run("nuclei", 0, 2)
    child = Run("nuclei", 0, 4, strategy="entropy", parent=parent)
    record(kept, pair, parent, 0.5)

    assert missing([child, parent], {"nuclei": pair}, kept) == [parent, child]


def test_a_point_says_how_many_seeds_it_has(pair: Pair, kept: Kept) -> None:
    runs = Run("nuclei", 0, 2), Run("nuclei", 1, 2)
    full = Run("nuclei", 0, 8, recipe="supervised")
    lines = [
        Line("nuclei", "stal", {"4img": runs}),
        Line("nuclei", "full", {"100pct": (full,)}),
        Line("nuclei", "random", {"4img": (Run("nuclei", 2, 2),)}),
    ]
    record(kept, pair, runs[0], 0.4)
    record(kept, pair, full, 0.8)
    before = label_efficiency.figures(lines, {"nuclei": pair}, kept)
    record(kept, pair, runs[1], 0.6)
    after = label_efficiency.figures(lines, {"nuclei": pair}, kept)

    assert sorted(before) == [
        "nuclei.full.100pct.miou", "nuclei.stal.4img.miou", "nuclei.stal.4img.ratio"
    ]  # fmt: skip
    assert (before["nuclei.stal.4img.miou"].n, after["nuclei.stal.4img.miou"].n) == (1, 2)
    assert after["nuclei.stal.4img.miou"].value == pytest.approx(50)
    assert after["nuclei.stal.4img.ratio"].value == pytest.approx(0.625)


def test_the_named_figures_are_all_planned() -> None:
    lines = label_efficiency.headline() + label_efficiency.open_set()
    planned = {f"{line.pair}.{line.name}.{budget}" for line in lines for budget in line.points}

    assert {
        "driving.stal.1pct",
        "driving.stal.2.2pct",
        "driving.stal.5pct",
        "driving.random.5pct",
        "driving.supervised.5pct",
        "nuclei.stal.4img",
    } <= planned
    assert {run.pair for run in runs_of(lines)} == {
        "driving",
        "driving-open",
        "nuclei",
    }


def test_the_page_has_a_row_per_point_and_the_plot_its_lines(tmp_path: Path) -> None:
    points = {
        "driving.stal.1pct.miou": Figure(40.0, 1.0, 3, "%"),
        "driving.stal.1pct.ratio": Figure(0.8, 0.02, 3, ""),
        "driving.full.100pct.miou": Figure(50.0, 0.5, 3, "%"),
    }

    write_page(tmp_path / "label_efficiency.json", points)

    page = (tmp_path / "label_efficiency.md").read_text()
    assert "| STAL, by entropy | 1pct | 40.0 | 1.0 | 3 | 0.800 |" in page
    assert "nuclei" not in page
    assert "source + all labels" in (tmp_path / "label_efficiency.svg").read_text()


def record(kept: Kept, pair: Pair, run: Run, miou: float) -> None:
    kept.figures.mkdir(parents=True, exist_ok=True)
    path = kept.figures / f"{run.digest(pair.manifest)}.json"
    path.write_text(json.dumps({"miou": miou}))
