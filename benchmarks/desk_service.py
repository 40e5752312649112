"""A real service with scenes of a given size, for the benchmarks of the desk."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import uvicorn
from PIL import Image as Picture
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.app import create_app
from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.db.models import ClassList, Image, Item
from server.rules.images import Split
from server.rules.roles import Role
from server.services import users
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.world import new_world, to_labelling
from worker.jobs.superpixels import superpixels
from worker.ml.data import Sample

COLOURS = ["#804080", "#464646", "#6b8e23", "#4682b4", "#dc143c", "#00008e", "#f423e8", "#dcdc00"]


@dataclass(frozen=True)
class Scenes:
    """Where a project's desk is, and the link that signs in (once)."""

    desk_path: str
    login_path: str


def scene(width: int, height: int, seed: int) -> codecs.Labels:
    """Draw regions with curved borders, as a camera sees them: large ones and small ones."""
    rng = np.random.default_rng(seed)
    side = 16
    cells = rng.random((len(COLOURS), height // 128 + 2, width // 128 + 2)).astype(np.float32)
    small = (width // side, height // side)
    smooth = [
        np.asarray(Picture.fromarray(cell).resize(small, Picture.Resampling.BICUBIC))
        for cell in cells
    ]
    labels = np.argmax(smooth, axis=0).astype(np.uint8)
    # Enlarged class by class with soft borders, so that no border has steps of 16 pixels.
    shares = [
        Picture.fromarray((labels == each).astype(np.float32)).resize(
            (width, height), Picture.Resampling.BICUBIC
        )
        for each in range(len(COLOURS))
    ]
    best = np.zeros((height, width), dtype=np.uint8)
    share = np.asarray(shares[0]).copy()
    for each in range(1, len(COLOURS)):
        other = np.asarray(shares[each])
        best[other > share] = each
        np.maximum(share, other, out=share)
    return best


def photograph(labels: codecs.Labels, seed: int) -> bytes:
    """Colour a scene, with the noise of a camera, as a JPEG of usual quality."""
    rng = np.random.default_rng(seed)
    palette = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in COLOURS])
    noise = rng.normal(0, 6, labels.shape).astype(np.float32)[..., None]
    pixels = np.clip(palette[labels] * 0.7 + 40 + noise, 0, 255).astype(np.uint8)
    return _encoded(pixels, "JPEG", quality=90)


def _encoded(pixels: npt.NDArray[np.uint8], kind: str, **how: int) -> bytes:
    out = io.BytesIO()
    Picture.fromarray(pixels).save(out, kind, **how)
    return out.getvalue()


def _aids(blobs: LocalBlobs, labels: codecs.Labels, photo: bytes) -> tuple[str, str, str]:
    """What a selection stores beside the mask: second-best classes, chances, superpixels."""
    small = labels[::4, ::4]
    second = ((small + 1) % len(COLOURS)).astype(np.uint8)
    chances = np.repeat(np.array([[150], [80]], np.uint8), small.size, axis=1)
    path = blobs.local_path(blobs.put(photo))
    sample = Sample(name="scene", image=path, label=None, domain="target", group="")
    return (
        blobs.put(codecs.encode_png(second)),
        blobs.put(codecs.encode_png(chances.reshape(-1, small.shape[1]))),
        blobs.put(codecs.encode_superpixels(superpixels(sample))),
    )


def add_scenes(
    session: Session, blobs: LocalBlobs, *, width: int, height: int, count: int
) -> Scenes:
    """Make a project of `count` scenes, leased to nobody yet."""
    world = new_world(session, blobs, pool=count, grant=count)
    listed = session.get_one(ClassList, world.class_list_id)
    listed.classes = [
        {"id": at, "name": f"class {at}", "colour": colour} for at, colour in enumerate(COLOURS)
    ]
    round_id = to_labelling(world, k=count)
    labels = scene(width, height, seed=width)
    prediction = blobs.put(codecs.encode_png(labels))
    uncertainty = blobs.put(_encoded(255 - 30 * labels[::4, ::4], "PNG"))
    pool = select(Image).where(Image.project_id == world.project_id, Image.split == Split.POOL)
    for number, image in enumerate(session.scalars(pool)):
        image.width, image.height = width, height
        image.media_type = "image/jpeg"
        image.sha256 = blobs.put(photograph(labels, seed=number))
    aids = _aids(blobs, labels, photograph(labels, seed=0))
    for item in session.scalars(select(Item).where(Item.round_id == round_id)):
        item.prediction_sha256, item.uncertainty_sha256 = prediction, uncertainty
        item.second_sha256, item.chances_sha256, item.superpixels_sha256 = aids
    secret, _ = users.login_link(session, world.add_person(Role.LEAD))
    return Scenes(f"/projects/{world.project_id}/desk", f"/login#{secret}")


@contextmanager
def running_service(
    folder: Path, sizes: dict[str, tuple[int, int]], *, count: int
) -> Iterator[tuple[str, dict[str, Scenes]]]:
    """The service on a port of its own, with a project of scenes for each size."""
    settings = Settings(data=folder, database_url=f"sqlite:///{folder / 'desk.sqlite3'}")
    engine = make_engine(settings.sql_url)
    upgrade(engine)
    with make_sessions(engine).begin() as session:
        blobs = LocalBlobs(settings.blob_folder)
        scenes = {
            name: add_scenes(session, blobs, width=width, height=height, count=count)
            for name, (width, height) in sizes.items()
        }
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, RecordingQueue()), log_level="warning", timeout_graceful_shutdown=1
        )
    )
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", scenes
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        engine.dispose()
