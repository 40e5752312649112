"""The contrastive loss and what it draws, against values worked out by hand."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from worker.ml.losses.contrastive import (
    Pixels,
    class_centres,
    contrastive_loss,
    draw_anchors,
    negative_mask,
)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def at_cosine(value: float) -> Tensor:
    return torch.tensor([value, math.sqrt(1 - value**2)], dtype=torch.float64)


def pixels(labels: list[int], probs: Tensor | None = None, *, classes: int = 3) -> Pixels:
    """Labelled pixels; the teacher is sure of the labels unless told otherwise."""
    ids = torch.tensor(labels)
    yes = torch.ones(len(labels), dtype=torch.bool)
    if probs is None:
        probs = torch.nn.functional.one_hot(ids.clamp(max=classes - 1), classes).float()
    return Pixels(labels=ids, reliable=yes, unreliable=~yes, labelled=yes, probs=probs)


def one_class(anchors: Tensor, positive: Tensor, negatives: Tensor) -> Tensor:
    """The loss of one class whose anchors are all the rows; every anchor sees all negatives."""
    keys = torch.nn.functional.normalize(negatives, dim=1)
    picks = torch.arange(len(keys)).expand(1, len(anchors), -1)
    rows = torch.arange(len(anchors))[None]
    yes = torch.ones(1, dtype=torch.bool)
    return contrastive_loss(anchors, positive[None], rows, yes, keys, picks, temperature=0.5)


class TestInfoNce:
    @pytest.mark.parametrize(
        ("negatives", "to_positive", "to_negative", "loss"),
        [
            (50, 1, 0, 2.049854),
            (50, 1, -1, 0.650126),
            (50, 1, 1, math.log(51)),
            (256, 1, 0, 3.573632),
            (1, 1, -1, 0.018150),
        ],
    )
    def test_closed_form(
        self, negatives: int, to_positive: float, to_negative: float, loss: float
    ) -> None:
        anchors = torch.tensor([[1.0, 0.0]] * 4, dtype=torch.float64)

        value = one_class(
            anchors, at_cosine(to_positive), at_cosine(to_negative).expand(negatives, 2)
        )

        assert value.item() == pytest.approx(loss, abs=1e-6)

    def test_the_scale_of_vectors_does_not_matter(self) -> None:
        anchors, positive = torch.randn(4, 8, generator=rng()), torch.randn(8, generator=rng())
        negatives = torch.randn(5, 8, generator=rng())

        plain = one_class(anchors, positive, negatives)
        scaled = one_class(anchors * 10, positive * 3, negatives / 7)

        assert scaled.item() == pytest.approx(plain.item(), abs=1e-6)

    def test_loss_and_gradient_equal_autograd_through_the_formula(self) -> None:
        generator = rng()
        embedding = torch.randn(40, 6, generator=generator, dtype=torch.float64)
        centres = torch.randn(3, 6, generator=generator, dtype=torch.float64)
        bank = torch.randn(30, 6, generator=generator, dtype=torch.float64)
        keys = torch.nn.functional.normalize(bank, dim=1)
        # 450 anchors: more than are worked on at once, and each pixel is drawn many times.
        anchors = torch.randint(40, (3, 150), generator=generator)
        picks = torch.randint(30, (3, 150, 7), generator=generator)
        usable = torch.tensor([True, False, True])
        leaf, other = embedding.requires_grad_(), embedding.detach().clone().requires_grad_()

        loss = contrastive_loss(leaf, centres, anchors, usable, keys, picks, temperature=0.3)
        (3 * loss).backward()
        a = torch.nn.functional.normalize(other[anchors[[0, 2]]], dim=2)
        towards = (a * torch.nn.functional.normalize(centres[[0, 2], None], dim=2)).sum(dim=2)
        away = torch.einsum("cme,cmne->cmn", a, keys[picks[[0, 2]]])
        plain = (((away - towards[..., None]) / 0.3).exp().sum(dim=2) + 1).log().mean()
        (3 * plain).backward()

        assert leaf.grad is not None
        assert other.grad is not None
        assert loss.item() == pytest.approx(plain.item(), abs=1e-12)
        assert torch.allclose(leaf.grad, other.grad, atol=1e-12)

    def test_twice_gives_the_same_bits_also_with_two_threads(self) -> None:
        embedding = torch.randn(50, 64, generator=rng(), requires_grad=True)
        anchors = torch.randint(50, (2, 2000), generator=rng())
        picks = torch.randint(9, (2, 2000, 3), generator=rng())
        keys = torch.nn.functional.normalize(torch.randn(9, 64, generator=rng()), dim=1)
        yes = torch.ones(2, dtype=torch.bool)
        torch.set_num_threads(2)

        gradients = set()
        for _ in range(5):
            loss = contrastive_loss(embedding, keys[:2], anchors, yes, keys, picks, temperature=0.5)
            (gradient,) = torch.autograd.grad(loss, embedding)
            gradients.add(gradient.numpy().tobytes())
        torch.set_num_threads(1)

        assert len(gradients) == 1


class TestNegatives:
    # Ranks of the four classes are 0, 1, 2, 3.
    probs = torch.tensor([[0.4, 0.3, 0.2, 0.1]])

    def classes_of(self, label: int, *, labelled: bool, unsure: bool) -> list[int]:
        given = replace(
            pixels([label], self.probs, classes=4),
            labelled=torch.tensor([labelled]),
            unreliable=torch.tensor([unsure]),
        )
        return negative_mask(given, low_rank=1)[:, 0].nonzero().flatten().tolist()

    def test_unsure_unlabelled_pixels_serve_the_less_likely_classes(self) -> None:
        # The oracle's upper rank of 3 is for a bank that leaves out the last; ours takes it in.
        assert self.classes_of(255, labelled=False, unsure=True) == [1, 2, 3]

    def test_sure_unlabelled_pixels_serve_none(self) -> None:
        assert self.classes_of(0, labelled=False, unsure=False) == []

    def test_labelled_pixels_serve_the_class_they_are_mistaken_for(self) -> None:
        assert self.classes_of(1, labelled=True, unsure=False) == [0]

    def test_rightly_seen_labelled_pixels_serve_none(self) -> None:
        assert self.classes_of(0, labelled=True, unsure=False) == []

    def test_void_serves_none(self) -> None:
        assert self.classes_of(255, labelled=True, unsure=False) == []

    def test_of_equally_likely_classes_the_lower_ids_count_as_likelier(self) -> None:
        probs = torch.tensor([[0.2, 0.3, 0.2, 0.2, 0.1]])

        mask = negative_mask(pixels([4], probs, classes=5), low_rank=3).T

        assert mask.tolist() == [[True, True, True, False, False]]

    def test_two_classes_still_have_negatives(self) -> None:
        mask = negative_mask(pixels([1], torch.tensor([[0.9, 0.1]]), classes=2), low_rank=3).T

        assert mask.tolist() == [[True, False]]


class TestCentres:
    def test_mean_of_the_raw_vectors(self) -> None:
        centres, counts = class_centres(torch.eye(2), pixels([1, 1]))

        assert centres[1].tolist() == [0.5, 0.5]
        assert counts.tolist() == [0, 2, 0]
        assert torch.cosine_similarity(centres[1], torch.tensor([1.0, 0.0]), dim=0).item() == (
            pytest.approx(0.707107, abs=1e-6)
        )

    def test_void_and_unreliable_pixels_do_not_count(self) -> None:
        given = pixels([1, 255, 1])
        given = replace(given, reliable=torch.tensor([True, True, False]))

        centres, counts = class_centres(torch.eye(3), given)

        assert counts.tolist() == [0, 1, 0]
        assert centres[1].tolist() == [1, 0, 0]


class TestAnchors:
    def test_every_class_draws_from_its_own_pixels_also_when_one_is_absent(self) -> None:
        given = pixels([2, 255, 1, 2, 1, 2])

        anchors, counts = draw_anchors(given, each=20, confidence=0.3, generator=rng())

        assert counts.tolist() == [0, 2, 3]
        assert set(given.labels[anchors[1]].tolist()) == {1}
        assert set(anchors[2].tolist()) == {0, 3, 5}

    def test_pixels_that_the_teacher_doubts_are_no_anchors(self) -> None:
        probs = torch.tensor([[0.2, 0.8], [0.9, 0.1]])

        anchors, counts = draw_anchors(
            pixels([0, 0], probs, classes=2), each=5, confidence=0.3, generator=rng()
        )

        assert counts.tolist() == [1, 0]
        assert set(anchors[0].tolist()) == {1}


class TestContrastiveLoss:
    def value(self, embedding: Tensor, *, usable: list[bool]) -> Tensor:
        centres = torch.tensor([[1.0, 0], [0, 1.0], [-1.0, 0]])
        picks = torch.arange(3)[:, None, None].expand(3, 2, 4)
        anchors = torch.tensor([[0, 0], [1, 1], [2, 2]])
        mask = torch.tensor(usable)
        return contrastive_loss(embedding, centres, anchors, mask, -centres, picks, temperature=0.5)

    def test_a_missing_class_does_not_shift_the_others(self) -> None:
        right = torch.tensor([[9.0, 9.0], [0, 1.0], [-1.0, 0]])
        swapped = right[[0, 2, 1]]

        assert self.value(right, usable=[False, True, True]).item() == pytest.approx(
            math.log(1 + 4 * math.exp(-4)), abs=1e-6
        )
        assert self.value(swapped, usable=[False, True, True]) > 1

    def test_skipped_classes_are_not_in_the_denominator(self) -> None:
        right = torch.tensor([[1.0, 0], [0, 1.0], [-1.0, 0]])

        one = self.value(right, usable=[False, True, False])

        assert one.item() == pytest.approx(self.value(right, usable=[True] * 3).item(), abs=1e-6)

    def test_only_anchors_of_usable_classes_carry_a_gradient(self) -> None:
        embedding = torch.randn(5, 2, generator=rng(), requires_grad=True)

        self.value(embedding, usable=[True, False, True]).backward()

        assert embedding.grad is not None
        assert embedding.grad.abs().sum(dim=1).bool().tolist() == [True, False, True, False, False]

    def test_no_usable_class_gives_zero_with_a_gradient(self) -> None:
        embedding = torch.randn(5, 2, requires_grad=True)

        loss = self.value(embedding, usable=[False] * 3)
        loss.backward()

        assert loss.item() == 0
        assert embedding.grad is not None
