"""The real loop under SIGKILL: the same choice and the same weights as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import make_engine, make_sessions, reading
from server.db.models import Image, Item, Job, Model, Round, Score
from server.rules.jobs import JobKind, JobState
from server.rules.rounds import RoundState
from server.settings import Settings
from tests.loop import toy
from tests.servers.workers import command_of, descendants
from worker.ml.scenes import draw_scenes

STEPS = 12
PER_ROUND = 3
LIMIT_SECONDS = 550


@dataclass(frozen=True)
class Outcome:
    """What must not depend on faults."""

    chosen: list[str]
    scores: dict[str, float]
    weights: list[str]


@dataclass(frozen=True)
class Kill:
    """Kills once, when its moment has come."""

    what: str
    moment: Callable[[Session, Path], Job | None]
    victims: Callable[[list[int], Job], list[int]]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes") / "toy"
    draw_scenes(folder, source=6, target=toy.POOL, test=3, size=(64, 96), seed=0)
    return folder


def run(
    scenes: Path, data: Path, kills: list[Kill], **times: str
) -> tuple[Outcome, dict[JobKind, int]]:
    """Simulate one round; return its outcome and how often each kind of job was claimed at most."""
    command = [
        *(sys.executable, "-m", "server.cli", "simulate", "--data", str(scenes)),
        *("--rounds", "1", "--per-round", str(PER_ROUND), "--seed", "3", "--steps", str(STEPS)),
        *("--keep", str(data), "--json", str(data.parent / f"{data.name}.json")),
    ]
    for name, value in toy.SETTINGS.items():
        command += ["--setting", f"{name}={json.dumps(value)}"]
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=toy.environment(**times), stdout=output, stderr=subprocess.STDOUT
        )
    settings = Settings(data=data)
    killer = threading.Thread(target=strike, args=(kills, process, settings))
    killer.start()
    try:
        code = process.wait(timeout=LIMIT_SECONDS)
    finally:
        process.kill()
        killer.join()
    assert code == 0, log.read_text()
    engine = make_engine(settings.sql_url)
    with reading(make_sessions(engine)) as session:
        outcome = _outcome(session)
        fences: dict[JobKind, int] = {}
        for job in session.scalars(select(Job)):
            assert job.state is JobState.SUCCEEDED
            fences[job.kind] = max(job.fence, fences.get(job.kind, 0))
    engine.dispose()
    return outcome, fences


def _outcome(session: Session) -> Outcome:
    round_ = session.scalars(select(Round)).one()
    assert round_.state is RoundState.CLOSED
    chosen = session.scalars(
        select(Image.name).join(Item, Item.image_id == Image.id).order_by(Item.rank)
    )
    scores = session.execute(
        select(Image.name, Score.score).join(Score, Score.image_id == Image.id)
    )
    models = session.scalars(select(Model).order_by(Model.version)).all()
    return Outcome(
        chosen=list(chosen),
        scores=dict(scores.all()),
        weights=[model.files["model.safetensors"] for model in models],
    )


def strike(kills: list[Kill], process: subprocess.Popen[bytes], settings: Settings) -> None:
    """Wait for each kill's moment in turn."""
    database = settings.data / "maskloop.sqlite3"
    while process.poll() is None and not database.exists():
        time.sleep(0.05)
    engine = make_engine(settings.sql_url)
    sessions = make_sessions(engine)
    for kill in kills:
        while process.poll() is None and not _struck(kill, process, settings, sessions):
            time.sleep(0.02)
    engine.dispose()


def _struck(
    kill: Kill,
    process: subprocess.Popen[bytes],
    settings: Settings,
    sessions: sessionmaker[Session],
) -> bool:
    try:
        with reading(sessions) as session:
            job = kill.moment(session, settings.work_folder)
    except OperationalError:  # the schema is not there yet
        return False
    if job is None:
        return False
    victims = kill.victims(descendants(process.pid), job)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    return bool(victims)


def running(kind: JobKind, *, saved: bool) -> Callable[[Session, Path], Job | None]:
    """The moment when a job of this kind works, and (`saved`) has something to resume from."""

    def moment(session: Session, work: Path) -> Job | None:
        job = session.scalars(
            select(Job).where(Job.kind == kind, Job.state == JobState.RUNNING).limit(1)
        ).first()
        if job is None:
            return None
        if saved and not (job.max_attempts > 5 and list((work / str(job.id)).rglob("*.json"))):
            return None
        return job

    return moment


def between(before: JobKind, after: JobKind) -> Callable[[Session, Path], Job | None]:
    """The moment when one job is done and the next has not been finished."""

    def moment(session: Session, _: Path) -> Job | None:
        done = select(Job).where(Job.kind == before, Job.state == JobState.SUCCEEDED)
        over = select(Job).where(Job.kind == after, Job.state == JobState.SUCCEEDED)
        if session.scalars(over).first() is not None:
            return None
        return session.scalars(done).first()

    return moment


def own_process(pids: list[int], job: Job) -> list[int]:
    """The job's own process."""
    return [
        pid for pid in pids if "worker.runner" in command_of(pid) and str(job.id) in command_of(pid)
    ]


def pool_process(pids: list[int], job: Job) -> list[int]:
    """The Celery process that supervises the job."""
    own = own_process(pids, job)
    return [pid for pid in pids if own and own[0] in descendants(pid)][-1:]


def gpu_worker(pids: list[int], _: Job) -> list[int]:
    """The main process of the worker that trains."""
    return [pid for pid in pids if "-Q gpu" in command_of(pid)][:1]


KILLS = [
    Kill("in mid-training", running(JobKind.WARM_UP, saved=True), own_process),
    Kill("in mid-acquisition", running(JobKind.ACQUIRE, saved=False), gpu_worker),
    Kill("between two jobs", between(JobKind.SELECT, JobKind.RETRAIN), gpu_worker),
    Kill("in mid-retraining", running(JobKind.RETRAIN, saved=True), pool_process),
]


@pytest.mark.slow
@pytest.mark.timeout(2 * LIMIT_SECONDS)
def test_killed_workers_change_neither_the_choice_nor_the_weights(
    scenes: Path, tmp_path: Path
) -> None:
    # Its leases hold, however long the machine stands still.
    calm, fences = run(scenes, tmp_path / "calm", [], MASKLOOP_JOB_LEASE_SECONDS="120")
    assert set(fences.values()) == {1}
    killed, fences = run(scenes, tmp_path / "killed", KILLS)
    assert fences[JobKind.WARM_UP] > 1
    assert fences[JobKind.ACQUIRE] > 1
    assert fences[JobKind.RETRAIN] > 1
    assert len(killed.chosen) == PER_ROUND
    assert killed.scores == calm.scores
    assert killed.chosen == calm.chosen
    assert killed.weights == calm.weights
