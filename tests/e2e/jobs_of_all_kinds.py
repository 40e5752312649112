"""Jobs that ended well, that failed, that run and that wait: an import, exports, predictions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
from PIL import Image as Picture
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Job, JobLine, Model
from server.rules.images import Domain, Split
from server.rules.jobs import JobState
from server.services import exports, imports, items, predictions
from server.storage.local import LocalBlobs
from tests.e2e.measured import Measured


def bring_in(session: Session, facts: Measured, folder: Path) -> UUID:
    """Import a folder in which not all is an image; return its job."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)
    for number in range(8):
        pixels = rng.integers(60, 200, (90, 160, 3), dtype=np.uint8)
        Picture.fromarray(pixels).resize((320, 180)).save(folder / f"cam4_{number:04d}.png")
    (folder / "cam4_0003_copy.png").write_bytes((folder / "cam4_0003.png").read_bytes())
    (folder / "cam4_0008.png").write_bytes(b"\x89PNG cut off")
    (folder / "cam4_0009.jpg").write_text("<html>404 Not Found</html>")
    job = imports.start(
        session,
        facts.project_id,
        imports.Source(str(folder), group_pattern=r"(cam\d)_"),
        domain=Domain.TARGET,
        split=Split.POOL,
        roots=[folder.parent],
        actor_id=facts.lead,
    )
    return job.id


def send_out(session: Session, blobs: LocalBlobs, facts: Measured) -> None:
    """Export what is labelled, in two forms."""
    for form in ("coco", "huggingface"):
        wanted = exports.Wanted(form, images=False, splits=[Split.POOL])
        exports.start(session, blobs, facts.project_id, wanted, actor_id=facts.lead)


def work_on(session: Session, facts: Measured) -> tuple[UUID, UUID]:
    """Add a job that failed, one that runs and one that waits; return the first two."""
    statement = select(Model).where(Model.project_id == facts.project_id)
    model = session.scalars(statement.order_by(Model.version.desc()).limit(1)).one()
    failed = predictions.start_onnx(session, facts.project_id, model.id, actor_id=facts.lead)
    fail(session, failed)
    running = predictions.start(
        session, facts.project_id, folder=None, roots=(), actor_id=facts.lead
    )
    run_on(session, running)
    predictions.start_onnx(session, facts.project_id, model.id, actor_id=facts.lead)
    items.expire_leases(session)
    return failed.id, running.id


def fail(session: Session, job: Job) -> None:
    """Have the job end as one that asks for too much."""
    moment = now(session)
    job.state, job.attempt, job.error_class = JobState.FAILED, 3, "OutOfMemory"
    job.error = "The GPU has 5.8 GiB; this step asked for 7.1 GiB. Halve the crop or the batch."
    job.started_at, job.finished_at = moment - timedelta(minutes=9), moment


def run_on(session: Session, job: Job) -> None:
    """Have the job be at two thirds of its work."""
    moment = now(session)
    job.state, job.attempt, job.lease_owner = JobState.RUNNING, 1, "worker-1"
    job.started_at, job.lease_until = moment - timedelta(minutes=4), moment
    job.progress, job.message, job.eta_seconds = 0.62, "20 of 32 images predicted", 140
    for number in range(4, 21, 4):
        at = moment - timedelta(seconds=12 * (21 - number))
        session.add(JobLine(job_id=job.id, at=at, text=f"{number} of 32 images predicted"))
