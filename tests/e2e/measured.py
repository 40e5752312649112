"""A project that four rounds were measured in, with drawn streets: what a lead's pages show."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, pairwise
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import ClassList, Image, Item, Project
from server.rules.images import VOID, Split
from server.rules.items import ItemState
from server.rules.jobs import JobKind
from server.rules.roles import Role
from server.services import masks, results, users
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.world import TRAINED, World, finish_jobs, new_world, submit, take, to_labelling
from worker.ml.metrics import Calibration, Confusion
from worker.ml.scenes import draw_scenes

WRONG = (0.5, 0.3, 0.2, 0.145, 0.115)
"""Share of an image that the model of each round has wrong, the warm-up's first."""
PER_ROUND = 4
MEASURED_ON = 6
"""Images of each split that is measured on."""
PATCHES = 10
"""Patches along an image's height: how large the places are that a model has wrong."""
FOLDERS = {
    Split.TRAIN: "source",
    Split.POOL: "target",
    Split.TEST: "test",
    Split.VALIDATION: "more/test",
}
"""Where the scenes of each split are drawn."""
Doubts = NDArray[np.float32]


@dataclass(frozen=True)
class Form:
    """How large the project is, and what happens between two of its rounds."""

    pool: int = 24
    size: tuple[int, int] = (160, 288)
    people: int = 1
    measured: Sequence[Split] = (Split.TEST,)
    next_day: Callable[[], None] = field(default=lambda: None)


class Streets:
    """Drawn images with their true labels, put into the places of a world's images."""

    def __init__(self, world: World, folder: Path, form: Form) -> None:
        self.world = world
        self.truth: dict[UUID, codecs.Labels] = {}
        self.split: dict[UUID, Split] = {}
        self.rng = np.random.default_rng(0)
        draw_scenes(folder, source=1, target=form.pool, test=MEASURED_ON, size=form.size, seed=1)
        draw_scenes(folder / "more", source=0, target=0, test=MEASURED_ON, size=form.size, seed=2)
        self.classes = json.loads((folder / "classes.json").read_text())["classes"]
        for split, name in FOLDERS.items():
            rows = world.session.scalars(
                select(Image)
                .where(Image.project_id == world.project_id, Image.split == split)
                .order_by(Image.name)
            )
            files = sorted((folder / name / "images").iterdir())
            for image, path in zip(rows, files, strict=False):
                self._fill(image, path, folder / name / "labels" / f"{path.stem}.png")
        world.session.flush()

    def _fill(self, image: Image, path: Path, labels: Path) -> None:
        image.name = path.stem
        if image.split is Split.VALIDATION:
            image.name = f"check_{path.stem}"  # a name is one image of the domain
        image.sha256 = self.world.blobs.put(path.read_bytes())
        image.media_type, image.bytes = "image/jpeg", path.stat().st_size
        self.split[image.id] = image.split
        self.truth[image.id] = codecs.decode_png_labels(labels.read_bytes())
        mask = masks.newest(self.world.session, image.id)
        if mask is not None:
            mask.sha256 = self.world.blobs.put(labels.read_bytes())
        image.height, image.width = self.truth[image.id].shape

    def guess(self, image_id: UUID, wrong: float) -> tuple[codecs.Labels, Doubts]:
        """Return the truth with some patches, more in some images, moved to the next class.

        The second array is how little the model is sure: over 0 where it is wrong.
        """
        labels = self.truth[image_id]
        height, width = labels.shape
        share = min(0.95, wrong * self.rng.uniform(0.6, 1.4))
        coarse = self.rng.random((PATCHES, PATCHES * width // height), dtype=np.float32)
        smooth = Picture.fromarray(coarse).resize((width, height), Picture.Resampling.BICUBIC)
        doubts = np.asarray(smooth) - np.float32(np.quantile(np.asarray(smooth), 1 - share))
        other = np.where(labels == VOID, VOID, (labels + 1) % len(self.classes))
        return np.where(doubts > 0, other, labels).astype(np.uint8), doubts

    def measure(self, wrong: float, splits: Sequence[Split]) -> None:
        """Hand in what the evaluation of a model that is this wrong would."""
        figures = [self._measured(wrong, split) for split in splits]
        [job] = finish_jobs(self.world.session, self.world.project_id, kind=JobKind.EVALUATE)
        results.evaluated(self.world.session, job.id, figures)
        self.world.session.flush()

    def _measured(self, wrong: float, split: Split) -> results.Measured:
        classes = len(self.classes)
        confusion, calibration = Confusion.empty(classes), Calibration.empty()
        worst = []
        for image_id in (each for each in self.truth if self.split[each] is split):
            truth, (labels, _) = self.truth[image_id], self.guess(image_id, wrong)
            confusion += Confusion.of(truth, labels, classes=classes)
            right = truth == labels
            sure = self.rng.uniform(np.where(right, 0.6, 0.35), np.where(right, 1, 0.95))
            calibration += Calibration.of(truth, labels, sure)
            name = self.world.session.get_one(Image, image_id).name
            blob = self.world.blobs.put(codecs.encode_png(labels))
            worst.append(results.Worst(name, float((truth == labels).mean()), blob))
        worst.sort(key=lambda each: each.agreement)
        return results.Measured(
            split,
            MEASURED_ON,
            confusion.counts.tolist(),
            confusion.miou(),
            calibration=calibration.rows(),
            worst=worst,
        )

    def predict(self, round_id: UUID, wrong: float) -> None:
        """Give the round's open items what a model that is this wrong would."""
        for item in self.world.session.scalars(select(Item).where(Item.round_id == round_id)):
            if item.state is not ItemState.OPEN:
                continue
            labels, doubts = self.guess(item.image_id, wrong)
            unsure = np.clip(230 + 400 * doubts, 8, 255).astype(np.uint8)[::4, ::4]
            item.prediction_sha256 = self.world.blobs.put(codecs.encode_png(labels))
            item.uncertainty_sha256 = self.world.blobs.put(codecs.encode_png(unsure))

    def label(self, people: Sequence[UUID], *, count: int) -> None:
        """Have people correct so many of the items that wait, in turn."""
        world = self.world
        for person, _ in zip(cycle(people), range(count), strict=False):
            lease = take(world, person)
            seconds = float(self.rng.uniform(120, 300))
            lease.started_at = now(world.session) - timedelta(seconds=seconds + 5)
            image_id = world.session.get_one(Item, lease.item_id).image_id
            effort = Effort(active_seconds=seconds, clicks=20, strokes=30, undos=2)
            submit(world, lease, self.truth[image_id], effort)


@dataclass(frozen=True)
class Measured:
    """What the tests ask about."""

    project_id: UUID
    rounds: list[UUID]
    login_path: str
    lead: UUID
    streets: Streets


def new_measured(
    session: Session, blobs: LocalBlobs, folder: Path, form: Form | None = None
) -> Measured:
    """Make the project, four measured rounds, one that is being labelled, and a lead."""
    form = form or Form()
    world = new_world(session, blobs, pool=form.pool, grant=40)
    for split in form.measured:
        for _ in range(MEASURED_ON):
            world.add_image(split, label=0)
    streets = Streets(world, folder, form)
    session.get_one(ClassList, world.class_list_id).classes = streets.classes
    session.get_one(Project, world.project_id).name = "Crossing cameras"
    people = [world.add_person() for _ in range(form.people)]
    rounds = []
    for number, (before, after) in enumerate(pairwise(WRONG), start=1):
        rounds.append(to_labelling(world, k=PER_ROUND))
        if number == 1:
            streets.measure(before, form.measured)
        streets.predict(rounds[-1], before)
        streets.label(people, count=PER_ROUND)
        [job] = finish_jobs(session, world.project_id, kind=JobKind.RETRAIN)
        trained = results.Trained(**{**vars(TRAINED), "labels_spent": PER_ROUND * number})
        results.trained(session, job.id, trained)
        streets.measure(after, form.measured)
        form.next_day()
    rounds.append(to_labelling(world, k=PER_ROUND))
    streets.predict(rounds[-1], WRONG[-1])
    streets.label(people, count=1)
    take(world, world.add_person())
    lead = world.add_person(Role.LEAD)
    secret, _ = users.login_link(session, lead)
    return Measured(world.project_id, rounds, f"/login#{secret}", lead, streets)
