"""Job `predict`: a model's masks of the pool's images, or of any folder's as an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import reading
from server.db.models import ClassList, Model
from server.decoder import door
from server.rules.errors import Invalid, Refusal, Unavailable
from server.rules.images import MAX_IMAGE_BYTES, VOID, Domain
from server.services import imports, predictions
from worker.context import JobContext, Record, Stopped
from worker.jobs import data, devices, import_places
from worker.jobs.import_places import Asked, FolderGone, Places
from worker.ml.acquisition import predict
from worker.ml.data import Sample
from worker.ml.models import Model as LoadedModel

ARCHIVE = "masks.zip"


def run(context: JobContext) -> Record:
    """Predict image by image, and return how to keep the masks."""
    resources, facts = context.resources, context.facts
    model_id = UUID(facts.params["model_id"])
    with reading(resources.sessions) as session:
        model = session.get_one(Model, model_id)
        class_list = session.get_one(ClassList, model.class_list_id)
        images = predictions.wanted(session, facts.project_id, model_id)
    places = _places(context, facts.params["folder"]) if "folder" in facts.params else None
    seer = _Seer(context, devices.loaded(context, model), data.class_ids(class_list))
    if places is not None:
        return _of_folder(context, seer, places)
    samples = data.unlabelled_samples(resources.blobs, images)
    masks = {
        image.image_id: resources.blobs.put(seer.png(sample, number, len(images)))
        for number, (image, sample) in enumerate(zip(images, samples, strict=True), start=1)
    }

    def record(session: Session) -> dict[str, Any]:
        predictions.keep(session, model_id, masks)
        return {"images": len(masks)}

    return record


def _places(context: JobContext, folder: str) -> Places:
    """Return where the folder is on this machine; a bucket's part is fetched."""
    try:
        return import_places.fetched(context, Asked(folder))
    except Unavailable:
        raise  # another attempt may succeed
    except Refusal as refusal:
        raise FolderGone(refusal.detail) from None


def _of_folder(context: JobContext, seer: _Seer, places: Places) -> Record:
    """Write one index PNG per image into an archive; PNG is packed already, so it is stored."""
    folder = Path(places.images)
    names = sorted(imports.files(folder))
    archive, taken = context.folder / ARCHIVE, context.folder / "taken"
    archive.unlink(missing_ok=True)
    seen: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for number, name in enumerate(names, start=1):
            stem = Path(name).stem
            if stem in seen or not _take(context, folder / name, taken, places.roots):
                continue
            seen.add(stem)
            sample = Sample(
                name=stem, image=taken, label=None, domain=Domain.TARGET.value, group=""
            )
            out.writestr(f"{stem}.png", seer.png(sample, number, len(names), places.progress))
    sha256 = context.resources.blobs.put_file(archive)

    def record(_: Session) -> dict[str, Any]:
        return {"images": len(seen), "file": {"name": ARCHIVE, "sha256": sha256}}

    return record


def _take(context: JobContext, path: Path, taken: Path, roots: Sequence[Path]) -> bool:
    """Check the file and lay its image at `taken`; a log line says why it may not be decoded."""
    try:
        if not imports.is_inside(path.resolve(), roots):
            raise Invalid("a link that leads out of the folders that may be read")
        if path.stat().st_size > MAX_IMAGE_BYTES:
            raise Invalid(f"longer than {MAX_IMAGE_BYTES} bytes")
        taken.write_bytes(door.take_image(path.read_bytes())[0])
    except (Refusal, OSError) as error:
        context.log(f"{path.name} is left out: {error}")
        return False
    return True


class _Seer:
    """A loaded model that answers in PNG and reports how far it is."""

    def __init__(self, context: JobContext, model: LoadedModel, class_ids: list[int]) -> None:
        self.context = context
        self.model = model
        self.class_ids = class_ids
        self.threads = data.threads(context.resources.settings)

    def png(self, sample: Sample, number: int, of: int, done: float = 0) -> bytes:
        """Return the image's mask; an output that no class owns becomes void.

        `done`: the share of the job's time that lay behind when the first image began.
        """
        if self.context.should_stop():
            raise Stopped
        labels = predict(self.model, sample, threads=self.threads).labels
        owned = np.where(np.isin(labels, self.class_ids), labels, VOID)
        share = done + (1 - done) * number / of
        self.context.report(share, f"{number} of {of} images predicted")
        return codecs.encode_png(owned.astype(np.uint8))
