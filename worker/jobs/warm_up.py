"""Job `warm_up`: the project's first model, from the source's labels and the target's images."""

from __future__ import annotations

from worker.context import JobContext, Record
from worker.jobs import training


def run(context: JobContext) -> Record:
    """Train from the backbone's own weights."""
    return training.run(context, retrain=False)
