"""One training stage as a job: frozen data in, checkpoints on the way, a model out."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from server.db.engine import reading
from server.db.models import ClassList, Job, Model, Round
from server.rules.images import Domain, Split
from server.services import candidates, promotions, results
from worker.context import GiveUp, JobContext, Record, Stopped
from worker.jobs import data, devices
from worker.jobs.unreadable import leaving_out
from worker.ml import trainer
from worker.ml.config import StageConfig
from worker.ml.data import StageData
from worker.ml.together import RankLost, train_together
from worker.ml.trainer import StageProgress, train_stage


class Diverged(GiveUp):
    """The losses are no numbers, and training on would give no model."""


class OutOfMemory(GiveUp):
    """A step does not fit the device."""


@leaving_out
def run(context: JobContext, *, retrain: bool) -> Record:
    """Train the stage and return how to record its model."""
    resources, facts = context.resources, context.facts
    with reading(resources.sessions) as session:
        round_ = session.get_one(Round, facts.round_id)
        class_list = session.get_one(ClassList, round_.class_list_id)
        until = session.get_one(Job, facts.id).created_at
        labelled = candidates.labelled(
            session, facts.project_id, Split.TRAIN, Split.POOL, until=until
        )
        labelled = data.of_stage(round_, labelled, retrain=retrain)
        unlabelled = candidates.unlabelled(session, facts.project_id, until=until)
        fresh = not retrain or data.starts_fresh(round_)
        model = None if fresh else promotions.serving(session, facts.project_id)
    config = data.stage_config(round_, class_list, retrain=retrain, settings=resources.settings)
    started = time.monotonic()
    folder = _train(context, config, data.stage_data(resources.blobs, labelled, unlabelled), model)
    outcome = results.Trained(
        files=data.keep_model(resources.blobs, folder),
        snapshot_sha256=resources.blobs.put(data.snapshot(labelled, unlabelled)),
        labels_spent=sum(row.domain is Domain.TARGET for row in labelled),
        seconds=time.monotonic() - started,
        metrics=_Metrics(context.folder).all(),
    )

    def record(session: Session) -> dict[str, Any]:
        made = results.trained(session, facts.id, outcome)
        return {"model_id": str(made.id), "seconds": outcome.seconds}

    return record


def _train(context: JobContext, config: StageConfig, stage: StageData, model: Model | None) -> Path:
    blobs, work = context.resources.blobs, context.folder / "stage"
    start_from = data.model_folder(blobs, model, context.folder / "start") if model else None
    metrics = _Metrics(context.folder)
    seen = _newest_checkpoint(work)

    def on_progress(progress: StageProgress) -> None:
        nonlocal seen
        metrics.add(progress)
        if (newest := _newest_checkpoint(work)) != seen:
            seen = newest
            context.checkpointed()
        context.report(
            progress.step / progress.steps,
            f"step {progress.step} of {progress.steps}",
            progress.eta_seconds,
        )

    context.log(
        f"{len(stage.source)} source, {len(stage.labelled)} labelled and "
        f"{len(stage.unlabelled)} unlabelled target images; {config.steps} steps"
        + (f"; going on from {seen}" if seen else "")
    )
    processes = devices.processes(context.resources.settings, config)
    train = train_stage
    if processes > 1:
        context.log(f"{processes} processes train together")
        train = partial(train_together, processes=processes)
    try:
        return train(
            config,
            stage,
            work,
            start_from=start_from,
            on_progress=on_progress,
            should_stop=context.should_stop,
            on_note=context.log,
        )
    except trainer.Stopped as stopped:
        raise Stopped from stopped
    except RankLost:
        if context.should_stop():  # so early that one did not yet listen
            raise Stopped from None
        raise
    except trainer.Diverged as diverged:
        raise Diverged(f"The training diverged: {diverged}") from diverged
    except trainer.OutOfMemory as full:
        raise OutOfMemory(f"The memory does not suffice: {full}") from full


def _newest_checkpoint(work: Path) -> str | None:
    return max((path.name for path in work.glob("step-*")), default=None)


class _Metrics:
    """Losses over the steps, in a file beside the checkpoints: a resumed job has them all."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "metrics.jsonl"

    def add(self, progress: StageProgress) -> None:
        """Append one line, if this step measured anything."""
        if progress.losses:
            with self._file.open("a") as lines:
                lines.write(json.dumps([progress.step, progress.losses]) + "\n")

    def all(self) -> list[tuple[str, int, float]]:
        """Return every number once; where a resumed job repeated a step, the later one."""
        if not self._file.exists():
            return []
        found: dict[tuple[str, int], float] = {}
        for line in self._file.read_text().splitlines():
            step, losses = json.loads(line)
            found.update({(f"loss/{name}", step): value for name, value in losses.items()})
        return [(name, step, value) for (name, step), value in found.items()]
