"""Job `evaluate`: a model measured on every labelled split that it never learns from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import reading
from server.db.models import ClassList, Job, Model
from server.rules.images import Split
from server.services import candidates, results
from server.storage.base import BlobStore
from worker.context import JobContext, Record, Stopped
from worker.jobs import data, devices
from worker.jobs.unreadable import leaving_out
from worker.ml.evaluation import Evaluation, evaluate

SPLITS = (Split.VALIDATION, Split.TEST)


@leaving_out
def run(context: JobContext) -> Record:
    """Measure each split that has labels, and return how to record the figures."""
    resources, facts = context.resources, context.facts
    with reading(resources.sessions) as session:
        model = session.get_one(Model, UUID(facts.params["model_id"]))
        class_list = session.get_one(ClassList, model.class_list_id)
        until = session.get_one(Job, facts.id).created_at
        rows = {
            split: candidates.labelled(session, facts.project_id, split, until=until)
            for split in SPLITS
        }
    folder = data.model_folder(resources.blobs, model, context.folder / "model")

    of = sum(len(labelled) for labelled in rows.values())
    before = 0

    def on_progress(done: int) -> None:
        if context.should_stop():
            raise Stopped
        context.report((before + done) / of, f"{before + done} of {of} images measured")

    figures = []
    for split, labelled in rows.items():
        if not labelled:
            continue
        measured = evaluate(
            folder,
            data.labelled_samples(resources.blobs, labelled),
            classes=data.class_count(class_list),
            threads=data.threads(resources.settings),
            on_progress=on_progress,
            device=devices.device(resources.settings),
        )
        before += len(labelled)
        figures.append(_figures(resources.blobs, split, len(labelled), measured))

    def record(session: Session) -> dict[str, Any]:
        results.evaluated(session, facts.id, figures)
        return {"splits": [figure.split.value for figure in figures]}

    return record


def _figures(blobs: BlobStore, split: Split, images: int, measured: Evaluation) -> results.Measured:
    """Keep the worst images' masks as blobs; return all that is recorded of a split."""
    return results.Measured(
        split,
        images,
        measured.confusion.counts.tolist(),
        measured.confusion.miou(),
        calibration=measured.calibration.rows(),
        worst=[
            results.Worst(seen.name, seen.agreement, blobs.put(codecs.encode_png(seen.labels)))
            for seen in measured.worst
        ],
    )
