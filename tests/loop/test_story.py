"""A lead's whole story by commands alone: from an empty service to a model of the exported set."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.commands import local_access, service
from server.settings import Settings
from tests.loop import toy

STORY = Path(__file__).with_name("story.sh")


@pytest.mark.slow
def test_the_commands_tell_the_whole_story(
    scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in toy.environment().items():
        monkeypatch.setenv(name, value)
    folder, work = tmp_path / "data", tmp_path / "work"
    work.mkdir()
    with service.running(folder, port=service.free_port(), import_roots=()) as own:
        environment = toy.environment(
            MASKLOOP=f"{sys.executable} -m server.cli",
            MASKLOOP_URL=own.url,
            MASKLOOP_TOKEN=local_access.admin_token(Settings(data=folder)),
        )
        done = subprocess.run(
            [str(STORY), str(scenes), str(work)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    assert "3 masks submitted" in done.stdout
    assert "3 masks approved" in done.stdout
    assert "Model 2: promoted" in done.stdout
    assert (work / "model" / "model.safetensors").stat().st_size > 1_000_000
    classes = json.loads((scenes / "classes.json").read_text())["classes"]
    assert len(json.loads((work / "model" / "config.json").read_text())) > 0
    assert len(classes) > 1
    with (work / "budget.csv").open(encoding="utf-8") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert kinds.count("spend") == 3
