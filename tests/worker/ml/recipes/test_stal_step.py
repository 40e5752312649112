"""One step of STAL between networks whose maps are known: what is mixed, weighed and remembered."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.worker.ml.conftest import toy_config
from worker.ml.loader import Batch
from worker.ml.losses import IGNORE
from worker.ml.passes import Maps
from worker.ml.recipes.base import StepContext
from worker.ml.recipes.stal import Guess, Stal, _pixels
from worker.ml.sampling import Plan, Pools, generator

CLASSES, SIDE = 8, 64
SHADE = 30  # class 0 is drawn in grey 0, class 1 in grey 30, and so on


def by_shade(images: Tensor, *, sharpness: float = 50.0) -> Maps:
    """A network that reads each pixel's class off its first channel, at stride 4."""
    seen = images[:, :1, ::4, ::4].float() / SHADE
    logits = -sharpness * (seen - torch.arange(CLASSES).view(1, -1, 1, 1)).abs()
    return Maps(logits, torch.cat([seen, seen.square(), torch.ones_like(seen)], dim=1), None)


def teacher(images: Tensor, *, embed: bool = True) -> Maps:
    maps = by_shade(images)
    return maps if embed else replace(maps, embedding=None)


class Student:
    """Says the same of every pixel, unless told otherwise; keeps what it was shown."""

    def __init__(self, logits: Tensor | None = None, auxiliary: Tensor | None = None) -> None:
        self.logits, self.auxiliary = logits, auxiliary
        self.seen = torch.empty(0)

    def __call__(self, images: Tensor, *, embed: bool = True) -> Maps:
        self.seen = images
        size = (len(images), CLASSES, SIDE // 4, SIDE // 4)
        logits = torch.zeros(size) if self.logits is None else self.logits.expand(size)
        return Maps(logits, by_shade(images).embedding if embed else None, self.auxiliary)


def recipe(**changes: object) -> Stal:
    network = {"classes": CLASSES, "embedding": 3, "pretrained": False}
    return Stal(toy_config(network=network, **changes), Pools(2, 2, 6))


def blocks(seed: int, count: int = 2) -> np.ndarray:
    """Class ids (count, SIDE, SIDE) in blocks of 16 pixels."""
    ids = generator(seed).integers(0, CLASSES, (count, 4, 4)).astype(np.uint8)
    return ids.repeat(16, axis=1).repeat(16, axis=2)


def drawn(ids: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Crops whose first channel tells the class, and the second whether it is a picture."""
    return np.stack([ids * SHADE, valid * np.uint8(255), ids * 0], axis=3)


def context(student: Student, *, step: int = 0, cutmix: tuple[int, int] = (3, 5)) -> StepContext:
    ids, valid = blocks(1), np.ones((2, SIDE, SIDE), bool)
    valid[0, 40:], valid[1, :, :23] = False, False
    crops, labels = drawn(ids, valid), blocks(2)
    labels[0, :16] = IGNORE
    batch = Batch(
        plan=Plan(step, (), (), (4, 1), cutmix),
        labelled=drawn(blocks(2), np.ones_like(valid)),
        labels=labels,
        weak=crops,
        strong=crops,  # so that what the student sees tells how the teacher's maps must be mixed
        valid=valid,
    )
    return StepContext(batch, student, teacher, step, 10, 0)


def guess_of(stal: Stal, told: StepContext) -> tuple[Guess, Tensor]:
    guess, mixed = stal._teach(told, told.images(told.batch.labelled), contrasts=True)
    assert guess is not None
    assert mixed is not None
    return guess, mixed


class TestMixing:
    def test_maps_are_mixed_as_the_images_are(self) -> None:
        """A teacher that looks at single pixels would have said the same of the mixed images."""
        told = context(Student())

        guess, mixed = guess_of(recipe(), told)

        assert not torch.equal(mixed, told.images(told.batch.weak))
        again = by_shade(mixed)
        assert torch.equal(guess.labels, again.logits.argmax(dim=1))
        assert torch.allclose(guess.log_probs, again.logits.log_softmax(dim=1))
        assert guess.embedding is not None
        assert again.embedding is not None
        assert torch.equal(guess.embedding[2:], again.embedding)
        padding = F.max_pool2d(255 - mixed[:, 1:2].float(), 4)[:, 0] > 0
        assert torch.equal(guess.valid, ~padding)
        assert padding.any(dim=2).any(dim=1).all()

    def test_without_cutmix_nothing_is(self) -> None:
        told = context(Student())

        _, mixed = guess_of(recipe(cutmix=False), told)

        assert torch.equal(mixed, told.images(told.batch.strong))

    def test_the_student_sees_the_labelled_crops_and_then_the_mixed_ones(self) -> None:
        student = Student()
        told = context(student)

        stal = recipe()
        _, mixed = guess_of(stal, told)
        stal.losses(told)

        labelled = told.images(told.batch.labelled)
        assert torch.equal(student.seen, torch.cat([labelled, mixed]))


class TestWeights:
    """The student is even: every pixel costs ln C, so a loss tells the share that was learnt."""

    def losses(self, changes: dict[str, object], *, step: int = 0) -> dict[str, float]:
        terms = recipe(contrastive_start=0.0, **changes).losses(context(Student(), step=step))
        return {name: value.item() for name, value in terms.items()}

    @pytest.mark.parametrize(
        ("changes", "share"),
        [
            ({"pseudo_mean": "kept"}, 1.0),
            ({"pseudo_mean": "valid", "entropy_filter": "none"}, 1.0),
            ({"pseudo_mean": "kept", "lambda_u": 0.5}, 0.5),
        ],
    )
    def test_the_pseudo_label_loss_has_its_divisor_and_its_weight(
        self, changes: dict[str, object], share: float
    ) -> None:
        loss = self.losses(changes)["pseudo_label"]

        assert loss == pytest.approx(share * math.log(CLASSES), abs=1e-5)

    @pytest.mark.parametrize("mean", ["kept", "valid"])
    def test_guesses_below_the_bar_are_not_learnt_from(self, mean: str) -> None:
        """The contrastive loss has the filter alone, so that the bar takes no keys away."""
        blurred = replace(context(Student()), teacher=self.doubtful)
        stal = recipe(pseudo_confidence=0.9, entropy_filter="none", pseudo_mean=mean)

        guess, mixed = guess_of(stal, blurred)

        sure = mixed[:, 0, ::4, ::4] < 4 * SHADE
        assert torch.equal(guess.learn, guess.valid & sure)
        assert torch.equal(guess.keep, guess.valid)
        assert 0 < guess.learn.sum() < guess.keep.sum()
        loss = stal.losses(blurred)["pseudo_label"].item()
        share = float(guess.learn.sum() / guess.valid.sum())
        assert loss == pytest.approx(
            (share if mean == "valid" else 1) * math.log(CLASSES), abs=1e-5
        )

    def doubtful(self, images: Tensor, *, embed: bool = True) -> Maps:
        """Sure of the classes 0 to 3, and nearly even on the others."""
        maps = teacher(images, embed=embed)
        sure = images[:, :1, ::4, ::4] < 4 * SHADE
        return replace(maps, logits=torch.where(sure, maps.logits, maps.logits / 1000))

    def test_losses_begin_when_they_are_told_to(self) -> None:
        late: dict[str, object] = {"unlabelled_start": 0.5}

        assert "pseudo_label" not in self.losses(late, step=4)
        assert "pseudo_label" in self.losses(late, step=5)

    def test_the_contrastive_loss_has_its_weight(self) -> None:
        whole, half = (self.losses({"lambda_c": each})["contrastive"] for each in (1.0, 0.5))

        assert whole
        assert half == pytest.approx(whole / 2)

    def test_the_least_sure_alone_are_filtered_out(self) -> None:
        doubtful = replace(context(Student()), teacher=self.doubtful)

        guess, _ = guess_of(recipe(alpha0=0.2), doubtful)

        dropped = guess.valid & ~guess.keep
        assert dropped.any()
        assert guess.log_probs.amax(dim=1)[dropped].max() < math.log(0.9)


class TestSupervision:
    def logits(self) -> Tensor:
        """Right about the upper half of the labels, wrong about the lower."""
        labels = torch.from_numpy(blocks(2)[:, ::4, ::4]).long()
        right = F.one_hot(labels, CLASSES).movedim(3, 1).float()
        half = torch.where(torch.arange(SIDE // 4) < SIDE // 8, 9.0, -9.0)
        return right * half[:, None]

    def loss(self, *, auxiliary: Tensor | None = None, **changes: object) -> float:
        stal = recipe(batch_unlabelled=0, **changes)
        none = np.zeros((0, SIDE, SIDE, 3), np.uint8)
        told = context(Student(self.logits(), auxiliary))
        batch = replace(told.batch, weak=none, strong=none)
        return stal.losses(replace(told, batch=batch))["supervised"].item()

    def test_hard_examples_weigh_more_only_where_they_are_asked_for(self) -> None:
        plain, hard = self.loss(supervised="ce"), self.loss(supervised="ohem", ohem_kept=0.1)

        assert hard > 1.5 * plain

    @pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
    def test_the_auxiliary_classifier_has_its_weight(self, weight: float) -> None:
        even = torch.zeros(2, CLASSES, SIDE // 16, SIDE // 16)

        with_it = self.loss(auxiliary=even, auxiliary_weight=weight)

        assert with_it == pytest.approx(self.loss() + weight * math.log(CLASSES), abs=1e-4)


class TestMemory:
    def test_each_image_shows_the_classes_that_were_guessed_in_it(self) -> None:
        stal = recipe()

        guess_of(stal, context(Student()))

        for image, ids in zip((4, 1), blocks(1), strict=True):
            assert set(np.flatnonzero(stal.presence.shown[image])) == set(np.unique(ids))
        assert not stal.presence.shown[[0, 2, 3, 5]].any()

    def test_confidence_is_the_students_on_labelled_pixels(self) -> None:
        stal = recipe()
        student = Student(torch.zeros(1, CLASSES, 1, 1).index_fill(1, torch.tensor([2]), 3.0))

        stal.losses(context(student))

        labels = blocks(2)
        labels[0, :16] = IGNORE
        shown = [bool((labels == label).any()) for label in range(CLASSES)]
        assert stal.confidence.seen.tolist() == shown
        odds = math.exp(3.0)
        sure = stal.confidence.value
        for label in np.flatnonzero(shown):
            wanted = (odds if label == 2 else 1.0) / (odds + CLASSES - 1)
            assert float(sure[label]) == pytest.approx(wanted, rel=1e-5)

    def test_padding_is_neither_sure_nor_unsure(self) -> None:
        told = context(Student())
        guess, _ = guess_of(recipe(alpha0=0.5), told)

        pixels = _pixels(torch.full((2, SIDE // 4, SIDE // 4), IGNORE), guess)

        unlabelled: Any = ~pixels.labelled
        valid = guess.valid.flatten()
        assert torch.equal((pixels.reliable | pixels.unreliable)[unlabelled], valid)
        assert not (pixels.reliable & pixels.unreliable).any()
        assert not pixels.reliable[pixels.labelled].any(), "void labels are not sure either"
