"""One run: a stage of training and its figure; kept as a small JSON under the hash of all it is."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from benchmarks.learning.pairs import Pair
from benchmarks.report import machine
from worker.ml.acquisition import ImageScore, rank, score_images
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.data import Sample, StageData
from worker.ml.evaluation import evaluate
from worker.ml.trainer import train_stage

# Raise it by hand whenever the method's defaults or numerics change: kept runs are then void.
METHOD_VERSION = 1

Json = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One stage: what it learns from, and the run whose teacher it starts from."""

    pair: str
    seed: int
    labels: int  # target images with labels
    recipe: str = "stal"
    strategy: str = "random"  # how the labels beyond the parent's were chosen
    parent: Run | None = None  # its model scores the pool, and is where training starts
    start: str = "teacher"  # or "backbone": the parent's weights are left behind
    steps: int = 250
    source: bool = True
    options: tuple[tuple[str, Any], ...] = ()  # of StageConfig, where they are not the default

    def digest(self, manifest: str) -> str:
        """Of the whole configuration, the data and the method's version."""
        text = json.dumps([asdict(self), manifest, METHOD_VERSION], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def ancestry(self) -> Iterable[Run]:
        """Yield the run's parents, the first one first, then the run."""
        if self.parent is not None:
            yield from self.parent.ancestry()
        yield self


@dataclass(frozen=True)
class Kept:
    """Where finished runs are kept: figures for good, models as long as the folder is there."""

    figures: Path
    models: Path

    def record(self, run: Run, pair: Pair) -> Json | None:
        """Return what was measured, or None if the run is still to be made."""
        path = self.figures / f"{run.digest(pair.manifest)}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def has_model(self, run: Run, pair: Pair) -> bool:
        return (self.model(run, pair) / "manifest.json").exists()

    def model(self, run: Run, pair: Pair) -> Path:
        return self.models / run.digest(pair.manifest) / "model"


def execute(run: Run, pair: Pair, kept: Kept) -> Json:
    """Choose the labels, train, measure once on the pair's test images, and keep the record."""
    began = time.process_time()
    chosen = choose(run, pair, kept)
    data = stage_data(run, pair, chosen)
    start = None
    if run.parent is not None and run.start == "teacher":
        start = kept.model(run.parent, pair)
    folder = train_stage(
        stage_config(run, pair),
        data,
        kept.model(run, pair).parent,
        start_from=start,
        on_progress=lambda _progress: None,
        should_stop=lambda: False,
    )
    seconds = time.process_time() - began
    confusion = evaluate(
        folder, pair.test, classes=pair.classes, threads=1, on_progress=lambda _done: None
    ).confusion
    record = {
        "run": asdict(run),
        "method_version": METHOD_VERSION,
        "data": pair.manifest,
        "miou": confusion.miou(),
        "iou": confusion.iou(),
        "labelled": sorted(chosen),
        "cpu_seconds": round(seconds, 1),
        "machine": machine(),
        "torch": torch.__version__,
        "date": datetime.now(UTC).date().isoformat(),
    }
    kept.figures.mkdir(parents=True, exist_ok=True)
    path = kept.figures / f"{run.digest(pair.manifest)}.json"
    path.write_text(json.dumps(record, indent=1) + "\n")
    return record


def choose(run: Run, pair: Pair, kept: Kept) -> list[str]:
    """Names of the labelled target images: the parent's, then the best by its model's scores."""
    before = choose(run.parent, pair, kept) if run.parent is not None else []
    left = [sample for sample in pair.pool if sample.name not in before]
    scores = list(_scores(run, pair, left, kept))
    wanted = run.labels - len(before)
    picked = rank(scores, wanted, strategy=run.strategy, seed=run.seed)
    return before + [choice.name for choice in picked]


def _scores(run: Run, pair: Pair, left: list[Sample], kept: Kept) -> Iterable[ImageScore]:
    if run.parent is None and run.strategy != "random":
        raise ValueError(f"{run.strategy} needs a parent whose model scores the pool")
    model = kept.model(run.parent, pair) if run.parent is not None else Path()
    return score_images(model, left, strategy=run.strategy, seed=run.seed, threads=1)


def stage_data(run: Run, pair: Pair, chosen: list[str]) -> StageData:
    """Labels of the chosen images alone reach the training; the rest have none to read."""
    names = set(chosen)
    return StageData(
        source=pair.source if run.source else (),
        labelled=tuple(sample for sample in pair.pool if sample.name in names),
        unlabelled=tuple(
            replace(sample, label=None) for sample in pair.pool if sample.name not in names
        ),
    )


def stage_config(run: Run, pair: Pair) -> StageConfig:
    return StageConfig(
        network=NetworkConfig(classes=pair.classes),
        recipe=run.recipe,
        steps=run.steps,
        seed=run.seed,
        **dict(run.options),
    )
