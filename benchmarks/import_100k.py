"""How long an import of 100,000 small images takes, killed once, and how its memory grows.

    python -m benchmarks.import_100k --json docs/benchmarks/import_100k.json

The real job in a process of its own, as the worker starts it, on SQLite and a local blob store.
It is killed (SIGKILL) when half of the images are registered, claimed again and run to its end;
the seconds are those of both attempts. Memory: the largest resident size of either attempt above
the largest of an import of one image. Afterwards every image has to be there exactly once, and the
report has to name each as accepted.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from PIL import Image as Picture
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.report import Figure, write_report
from server.db.engine import make_engine, make_sessions, reading
from server.db.migrate import upgrade
from server.db.models import DomainRow, Image, Job
from server.rules.images import Domain, Split
from server.rules.jobs import JobState, JobTimes
from server.services import imports, jobs, projects, users
from server.settings import Settings

SIDE = 48
INSTANTLY = JobTimes(lease=0)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an import's time and memory.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        bench = Bench(Path(name))
        alone = bench.attempt(bench.start(write_images(Path(name) / "one", 1, seed=1)))
        folder = write_images(Path(name) / "many", options.images, seed=0)
        job_id = bench.start(folder)
        killed = bench.attempt(job_id, kill_at=options.images // 2)
        resumed = bench.attempt(job_id)
        bench.check(job_id, options.images)
    seconds = killed.seconds + resumed.seconds
    growth = max(killed.peak_mib, resumed.peak_mib) - alone.peak_mib
    figures = {
        "import_100k.seconds": Figure(seconds, 0, 1, "seconds of both attempts"),
        "import_100k.memory_growth_mib": Figure(
            growth, 0, 1, "MiB, peak above that of an import of one image"
        ),
    }
    print({name: round(figure.value, 1) for name, figure in figures.items()})
    write_report(options.json, figures, seeds=[0])


def write_images(folder: Path, count: int, *, seed: int) -> Path:
    """Write small PNGs, each with pixels of its own: a few flat areas and noise."""
    folder.mkdir()
    random = np.random.default_rng(seed)
    base = random.integers(0, 255, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
    scene = base.repeat(8, axis=0).repeat(8, axis=1)
    for number in range(count):
        pixels = scene.copy()
        pixels[: SIDE // 4] = random.integers(0, 255, (SIDE // 4, SIDE, 3), dtype=np.uint8)
        out = io.BytesIO()
        Picture.fromarray(pixels).save(out, format="PNG", compress_level=1)
        (folder / f"{folder.name}{number:06d}.png").write_bytes(out.getvalue())
    return folder


@dataclass(frozen=True)
class Attempt:
    """What one process of the job took."""

    seconds: float
    peak_mib: float


class Bench:
    """A database, a blob store and a project of this run alone."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", import_roots=(folder,))
        engine = make_engine(self.settings.sql_url)
        upgrade(engine)
        self.sessions: sessionmaker[Session] = make_sessions(engine)
        with self.sessions.begin() as session:
            lead = users.create(session, name="lead", is_admin=True)
            self.lead_id = lead.id
            self.project_id = projects.create(
                session, name="import", description="", creator_id=lead.id
            ).id

    def start(self, folder: Path) -> UUID:
        """Queue an import of the folder."""
        with self.sessions.begin() as session:
            return imports.start(
                session,
                self.project_id,
                imports.Source(str(folder)),
                domain=Domain.TARGET,
                split=Split.POOL,
                roots=self.settings.import_roots,
                actor_id=self.lead_id,
            ).id

    def attempt(self, job_id: UUID, *, kill_at: int | None = None) -> Attempt:
        """Claim the job and run it as a worker does; kill it when so many images are there."""
        with self.sessions.begin() as session:
            job = jobs.claim(session, job_id, owner="benchmark", times=INSTANTLY)
            assert job is not None, "the job is not there to take"
            fence = job.fence
        command = [sys.executable, "-m", "worker.runner", str(job_id), str(fence)]
        before = time.monotonic()
        process = subprocess.Popen(
            command,
            env=self.settings.as_environment(),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, peak_mib(process.pid))
            if kill_at is not None and self.registered() >= kill_at:
                process.kill()
            time.sleep(0.1)
        if kill_at is None:
            assert process.returncode == 0, f"the job ended with {process.returncode}"
        else:
            assert process.returncode < 0, "the job was over before it was killed"
        return Attempt(time.monotonic() - before, peak)

    def registered(self) -> int:
        """How many images the project has."""
        with reading(self.sessions) as session:
            return session.scalar(select(func.count(Image.id))) or 0

    def check(self, job_id: UUID, images: int) -> None:
        """Make sure that every image is there once and that the report says so."""
        with reading(self.sessions) as session:
            job = session.get_one(Job, job_id)
            assert job.state is JobState.SUCCEEDED, job.error
            assert job.result is not None
            reported = {key: job.result[key] for key in ("accepted", "duplicates", "refused")}
            assert reported == {"accepted": images, "duplicates": 0, "refused": 0}, reported
            rows = session.scalar(select(func.count(func.distinct(Image.name))))
            assert rows == self.registered() == images + 1, (rows, self.registered())
            assert session.scalar(select(func.count(DomainRow.id))) == 2


def peak_mib(pid: int) -> float:
    """The process's largest resident size so far, 0 once it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak[0]) / 1024 if peak else 0.0


if __name__ == "__main__":
    main()
