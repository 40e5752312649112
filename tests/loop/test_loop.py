"""The whole loop, twice around, by real processes: embedded, and on other servers by URL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import make_engine, make_sessions, reading
from server.db.models import Budget, Evaluation, Item, Job, LedgerEntry, Mask, Model, Round, Score
from server.rules.budgets import EntryKind
from server.rules.images import MaskOrigin, Split
from server.rules.items import ItemState
from server.rules.jobs import JobKind, JobState
from server.rules.rounds import RoundState
from server.settings import Settings
from tests.loop import toy

PER_ROUND = 3
ROUNDS = 2
LABELS = PER_ROUND * ROUNDS


@dataclass(frozen=True)
class Run:
    """What a simulated run left behind."""

    figures: dict[str, Any]
    output: str
    session: Session


@pytest.fixture(params=["embedded", "by URL"], scope="module")
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scenes: Path
) -> Iterator[Run]:
    """Run `maskloop simulate` once per kind of deployment."""
    folder = tmp_path_factory.mktemp("loop")
    if request.param == "embedded":
        yield from simulated(scenes, folder)
        return
    broker = request.getfixturevalue("broker")
    with request.getfixturevalue("postgres").migrated_database() as url:
        yield from simulated(scenes, folder, MASKLOOP_DATABASE_URL=url, MASKLOOP_BROKER_URL=broker)


def simulated(scenes: Path, folder: Path, **urls: str) -> Iterator[Run]:
    """Run two short rounds in a process of its own, and open what it left in the database."""
    data, output = folder / "data", folder / "figures.json"
    command = [
        *(sys.executable, "-m", "server.cli", "simulate", "--data", str(scenes), "--steps", "4"),
        *("--rounds", str(ROUNDS), "--per-round", str(PER_ROUND), "--seed", "1"),
        *("--keep", str(data), "--json", str(output)),
    ]
    for name, value in toy.SETTINGS.items():
        command += ["--setting", f"{name}={json.dumps(value)}"]
    done = subprocess.run(
        command, env=toy.environment(**urls), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    settings = Settings(data=data, database_url=urls.get("MASKLOOP_DATABASE_URL"))
    engine = make_engine(settings.sql_url)
    with reading(make_sessions(engine)) as session:
        yield Run(json.loads(output.read_text()), done.stdout, session)
    engine.dispose()


@pytest.mark.slow
class TestLoop:
    def test_both_rounds_close_and_no_job_fails(self, run: Run) -> None:
        rounds = run.session.scalars(select(Round).order_by(Round.number)).all()
        jobs = run.session.scalars(select(Job)).all()

        assert [round_.state for round_ in rounds] == [RoundState.CLOSED] * ROUNDS
        assert {job.state for job in jobs} == {JobState.SUCCEEDED}
        assert Counter(job.kind for job in jobs)[JobKind.WARM_UP] == 1

    def test_every_label_is_spent_and_the_ledger_sums_to_the_counters(self, run: Run) -> None:
        budget = run.session.scalars(select(Budget)).one()
        sums: Counter[EntryKind] = Counter()
        for entry in run.session.scalars(select(LedgerEntry)):
            sums[entry.kind] += entry.amount

        assert (budget.granted, budget.reserved, budget.spent) == (LABELS, 0, LABELS)
        assert sums[EntryKind.GRANT] == budget.granted
        assert sums[EntryKind.SPEND] == budget.spent
        assert sums[EntryKind.RESERVE] - sums[EntryKind.SPEND] - sums[EntryKind.REFUND] == 0

    def test_each_chosen_image_has_one_corrected_mask(self, run: Run) -> None:
        items = run.session.scalars(select(Item)).all()
        corrected = run.session.scalars(select(Mask).where(Mask.origin == MaskOrigin.HUMAN)).all()

        assert {item.state for item in items} == {ItemState.SUBMITTED}
        assert len(items) == len({item.image_id for item in items}) == LABELS
        assert {mask.image_id for mask in corrected} == {item.image_id for item in items}

    def test_each_model_is_measured_on_every_test_image(self, run: Run) -> None:
        models = run.session.scalars(select(Model).order_by(Model.version)).all()
        measured = {
            evaluation.model_id: evaluation
            for evaluation in run.session.scalars(select(Evaluation))
            if evaluation.split is Split.TEST
        }

        assert [model.stage for model in models] == [
            JobKind.WARM_UP,
            JobKind.RETRAIN,
            JobKind.RETRAIN,
        ]
        assert [model.labels_spent for model in models] == [0, PER_ROUND, LABELS]
        assert len({model.files["model.safetensors"] for model in models}) == 3
        assert [measured[model.id].images for model in models] == [3, 3, 3]

    def test_every_candidate_of_every_round_has_a_score(self, run: Run) -> None:
        scores = Counter(score.round_id for score in run.session.scalars(select(Score)))
        for round_ in run.session.scalars(select(Round)):
            candidates = toy.POOL - PER_ROUND * (round_.number - 1)
            assert round_.manifest is not None
            assert len(round_.manifest["candidates"]) == scores[round_.id] == candidates
            assert len(round_.manifest["chosen"]) == PER_ROUND

    def test_the_figures_are_those_of_the_database(self, run: Run) -> None:
        models = run.session.scalars(select(Model).order_by(Model.version)).all()
        mious = [
            run.session.scalars(
                select(Evaluation.miou).where(
                    Evaluation.model_id == model.id, Evaluation.split == Split.TEST
                )
            ).one()
            for model in models
        ]

        stages = run.figures["stages"]
        assert [stage["title"] for stage in stages] == ["warm_up", "round1", "round2"]
        assert [stage["labels_spent"] for stage in stages] == [0, PER_ROUND, LABELS]
        assert [stage["miou"] for stage in stages] == pytest.approx(mious)
        assert "round2" in run.output
