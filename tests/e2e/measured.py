"""A project that four rounds were measured in, with drawn streets: what a lead's pages show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import ClassList, Image, Item, Project
from server.rules.images import Split
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
"""Share of the blocks of an image that the model of each round has wrong, the warm-up's first."""
PER_ROUND = 4
TESTS = 6
BLOCK = 16


@dataclass(frozen=True)
class Measured:
    """What the tests ask about."""

    project_id: UUID
    rounds: list[UUID]
    login_path: str


class _Streets:
    """Drawn images with their true labels, put into the places of a world's images."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.truth: dict[UUID, codecs.Labels] = {}
        self.rng = np.random.default_rng(0)
        draw_scenes(folder, source=1, target=24, test=TESTS, size=(160, 288), seed=1)
        self.classes = json.loads((folder / "classes.json").read_text())["classes"]
        for split, name in ((Split.POOL, "target"), (Split.TEST, "test")):
            rows = world.session.scalars(
                select(Image)
                .where(Image.project_id == world.project_id, Image.split == split)
                .order_by(Image.name)
            )
            files = sorted((folder / name / "images").iterdir())
            for image, path in zip(rows, files, strict=False):
                labels = folder / name / "labels" / f"{path.stem}.png"
                self._fill(image, path, labels)
        world.session.flush()

    def _fill(self, image: Image, path: Path, labels: Path) -> None:
        image.name = path.stem
        image.sha256 = self.world.blobs.put(path.read_bytes())
        self.truth[image.id] = codecs.decode_png_labels(labels.read_bytes())
        mask = masks.newest(self.world.session, image.id)
        if mask is not None:
            mask.sha256 = self.world.blobs.put(labels.read_bytes())
        image.height, image.width = self.truth[image.id].shape

    def guess(self, image_id: UUID, wrong: float) -> codecs.Labels:
        """Return the truth with some blocks, more in some images, moved to the next class."""
        labels = self.truth[image_id].copy()
        share = wrong * self.rng.uniform(0.6, 1.4)
        for top in range(0, labels.shape[0], BLOCK):
            for left in range(0, labels.shape[1], BLOCK):
                if self.rng.random() < share:
                    block = labels[top : top + BLOCK, left : left + BLOCK]
                    block[:] = np.where(block == 255, 255, (block + 1) % len(self.classes))
        return labels

    def measure(self, wrong: float) -> None:
        """Hand in what the evaluation of a model that is this wrong would."""
        classes = len(self.classes)
        confusion, calibration = Confusion.empty(classes), Calibration.empty()
        worst = []
        tests = [image_id for image_id in self.world.images if image_id in self.truth][-TESTS:]
        for image_id in tests:
            truth, labels = self.truth[image_id], self.guess(image_id, wrong)
            confusion += Confusion.of(truth, labels, classes=classes)
            right = truth == labels
            sure = self.rng.uniform(np.where(right, 0.6, 0.35), np.where(right, 1, 0.95))
            calibration += Calibration.of(truth, labels, sure)
            name = self.world.session.get_one(Image, image_id).name
            blob = self.world.blobs.put(codecs.encode_png(labels))
            worst.append(results.Worst(name, float((truth == labels).mean()), blob))
        worst.sort(key=lambda each: each.agreement)
        figure = results.Measured(
            Split.TEST,
            TESTS,
            confusion.counts.tolist(),
            confusion.miou(),
            calibration=calibration.rows(),
            worst=worst,
        )
        [job] = finish_jobs(self.world.session, self.world.project_id, kind=JobKind.EVALUATE)
        results.evaluated(self.world.session, job.id, [figure])
        self.world.session.flush()

    def label(self, round_id: UUID, person: UUID, *, wrong: float, count: int) -> None:
        """Have a person correct so many of the round's items, which the model has this wrong."""
        world = self.world
        for item in world.session.scalars(select(Item).where(Item.round_id == round_id)):
            if item.state is ItemState.OPEN:
                guess = self.guess(item.image_id, wrong)
                item.prediction_sha256 = world.blobs.put(codecs.encode_png(guess))
        for _ in range(count):
            lease = take(world, person)
            seconds = float(self.rng.uniform(120, 300))
            lease.started_at = now(world.session) - timedelta(seconds=seconds + 5)
            image_id = world.session.get_one(Item, lease.item_id).image_id
            effort = Effort(active_seconds=seconds, clicks=20, strokes=30, undos=2)
            submit(world, lease, self.truth[image_id], effort)


def new_measured(session: Session, blobs: LocalBlobs, folder: Path) -> Measured:
    """Make the project, four measured rounds, one that is being labelled, and a lead."""
    world = new_world(session, blobs, pool=24, grant=40)
    for _ in range(TESTS):
        world.add_image(Split.TEST, label=0)
    streets = _Streets(world, folder)
    session.get_one(ClassList, world.class_list_id).classes = streets.classes
    session.get_one(Project, world.project_id).name = "Crossing cameras"
    person = world.add_person()
    rounds = []
    for number, (before, after) in enumerate(pairwise(WRONG), start=1):
        rounds.append(to_labelling(world, k=PER_ROUND))
        if number == 1:
            streets.measure(before)
        streets.label(rounds[-1], person, wrong=before, count=PER_ROUND)
        [job] = finish_jobs(session, world.project_id, kind=JobKind.RETRAIN)
        trained = results.Trained(**{**vars(TRAINED), "labels_spent": PER_ROUND * number})
        results.trained(session, job.id, trained)
        streets.measure(after)
    rounds.append(to_labelling(world, k=PER_ROUND))
    streets.label(rounds[-1], person, wrong=WRONG[-1], count=1)
    take(world, world.add_person())
    lead = world.add_person(Role.LEAD)
    secret, _ = users.login_link(session, lead)
    return Measured(world.project_id, rounds, f"/login#{secret}")
