"""Job `onnx`: a model as one ONNX file, which computes what torch computes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any
from uuid import UUID

import torch
from sqlalchemy.orm import Session

from server.db.engine import reading
from server.db.models import Model
from worker.context import GiveUp, JobContext, Record
from worker.jobs import data
from worker.ml.models import Model as LoadedModel
from worker.ml.models import load_model
from worker.ml.onnx_file import logits, write_onnx

CLOSE = 1e-4
"""The largest difference of a logit, in units of the largest one, that is still the same model."""
NEEDED = ("onnx", "onnxruntime")
COMPARED = ((1, 3, 128, 160), (2, 3, 192, 96))
"""Shapes that were not traced: another one that works shows that sizes are free."""


class NoOnnx(GiveUp):
    """The optional packages are not installed."""


class NotTheSame(GiveUp):
    """The written model computes something else."""


def run(context: JobContext) -> Record:
    """Write the file, compare it with torch, and return how to name it."""
    resources = context.resources
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise NoOnnx(f"Install maskloop[onnx] on the workers: {', '.join(missing)} is missing.")
    with reading(resources.sessions) as session:
        model = session.get_one(Model, UUID(context.facts.params["model_id"]))
    loaded = load_model(data.model_folder(resources.blobs, model, context.folder / "model"))
    path = context.folder / f"model-{model.version}.onnx"
    context.report(0.1, "writing")
    write_onnx(loaded, path)
    context.report(0.7, "comparing with torch")
    worst = difference(loaded, path)
    if worst > CLOSE:
        raise NotTheSame(f"The ONNX file's logits differ by {worst:.1e}; {CLOSE:.0e} is allowed.")
    sha256 = resources.blobs.put_file(path)

    def record(_: Session) -> dict[str, Any]:
        return {"difference": worst, "file": {"name": path.name, "sha256": sha256}}

    return record


def difference(model: LoadedModel, path: Path) -> float:
    """Return the largest difference between both runtimes' logits, in units of the largest."""
    import onnxruntime  # an optional extra

    runtime = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    draw = torch.Generator().manual_seed(1)
    worst = 0.0
    for shape in COMPARED:
        images = torch.rand(shape, generator=draw) * 255
        ours = logits(model, images)
        theirs = torch.from_numpy(runtime.run(["logits"], {"images": images.numpy()})[0])
        worst = max(worst, float((ours - theirs).abs().max() / ours.abs().max()))
    return worst
