"""Job `retrain`: the next model, with the labels that the round brought."""

from __future__ import annotations

from worker.context import JobContext, Record
from worker.jobs import training


def run(context: JobContext) -> Record:
    """Train from the last teacher, or as the round says from the backbone's own weights."""
    return training.run(context, retrain=True)
