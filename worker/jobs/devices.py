"""Where a job's networks run, and how many processes train one together."""

from __future__ import annotations

from server.db.models import Model as ModelRow
from server.settings import Settings
from worker.context import GiveUp, JobContext
from worker.jobs import data
from worker.ml import passes
from worker.ml.config import StageConfig
from worker.ml.models import Model, load_model
from worker.ml.together import processes_for


class NoDevice(GiveUp):
    """`MASKLOOP_DEVICE` names a GPU that is not there."""


def device(settings: Settings) -> str:
    """Return the device of the settings, once it has been found here."""
    try:
        return str(passes.pick_device(settings.device))
    except passes.NoDevice as missing:
        raise NoDevice(f"MASKLOOP_DEVICE is {settings.device}: {missing}.") from missing


def loaded(context: JobContext, model: ModelRow) -> Model:
    """Return the model on that device."""
    settings, blobs = context.resources.settings, context.resources.blobs
    where = device(settings)
    return load_model(data.model_folder(blobs, model, context.folder / "model"), device=where)


def processes(settings: Settings, config: StageConfig) -> int:
    """Return how many processes train: as set, or as many as share every batch evenly."""
    device(settings)
    return processes_for(config, settings.training_processes)
