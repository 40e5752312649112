"""What holds for any input: names of classes, order of pixels and batching change nothing."""

import math
from collections.abc import Callable

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from worker.ml.confidence import batch_confidence, class_chances, keep_rates
from worker.ml.losses import IGNORE
from worker.ml.losses.contrastive import (
    Pixels,
    class_centres,
    contrastive_loss,
    draw_anchors,
    negative_mask,
)
from worker.ml.losses.pseudo_label import keep_sure, pseudo_label_loss, weighted_pseudo_label_loss
from worker.ml.losses.supervised import cross_entropy, ohem_cross_entropy

quick = settings(max_examples=40, deadline=None)


class Case:
    """Random logits and labels: some classes absent, some pixels void, one image or several."""

    def __init__(self, seed: int, images: int, classes: int, side: int) -> None:
        self.rng = torch.Generator().manual_seed(seed)
        self.classes = classes
        shape = (images, side, side + 1)
        self.logits = torch.randn(
            images, classes, *shape[1:], generator=self.rng, dtype=torch.float64
        )
        shown = int(torch.randint(1, classes + 1, (1,), generator=self.rng))
        self.labels = torch.randint(shown, shape, generator=self.rng)
        self.labels[torch.rand(shape, generator=self.rng) < 0.2] = IGNORE
        self.keep = torch.rand(shape, generator=self.rng) < 0.7
        self.order = torch.randperm(classes, generator=self.rng)

    @property
    def renamed(self) -> tuple[Tensor, Tensor]:
        """Logits and labels after class `order[c]` has been renamed c."""
        return self.logits[:, self.order], rename(self.labels, self.order)

    def shuffled(self, *maps: Tensor) -> list[Tensor]:
        """Maps (N, h, w) or (N, C, h, w) with their pixels in one other order, as one image."""
        pixels = self.labels.numel()
        order = torch.randperm(pixels, generator=self.rng)
        rows = [m.movedim(1, -1).reshape(pixels, -1) if m.ndim == 4 else m.flatten() for m in maps]
        return [
            r[order].T.reshape(1, -1, 1, pixels) if r.ndim == 2 else r[order].view(1, 1, pixels)
            for r in rows
        ]


def rename(labels: Tensor, order: Tensor) -> Tensor:
    place = torch.full((256,), IGNORE)
    place[order] = torch.arange(len(order))
    return place[labels]


cases = st.builds(
    Case,
    seed=st.integers(0, 2**31),
    images=st.integers(1, 3),
    classes=st.integers(2, 6),
    side=st.integers(1, 6),
)


def of_labels(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], float]:
    return lambda logits, labels: loss(logits, labels).item()


SUPERVISED = [
    of_labels(cross_entropy),
    of_labels(lambda logits, labels: ohem_cross_entropy(logits, labels, threshold=0.5, kept=5)),
]


@quick
@given(cases)
def test_supervised_losses_know_neither_names_nor_order(case: Case) -> None:
    for loss in SUPERVISED:
        value = loss(case.logits, case.labels)

        assert math.isfinite(value)
        assert value >= 0
        assert math.isclose(loss(*case.renamed), value, rel_tol=1e-9, abs_tol=1e-12)
        shuffled = loss(*case.shuffled(case.logits, case.labels))
        assert math.isclose(shuffled, value, rel_tol=1e-9, abs_tol=1e-12)


@quick
@given(cases)
def test_cross_entropy_is_the_mean_over_pixels_however_batched(case: Case) -> None:
    counts = (case.labels != IGNORE).sum(dim=(1, 2))

    alone = [
        cross_entropy(logits, labels) * count
        for logits, labels, count in zip(
            case.logits.split(1), case.labels.split(1), counts, strict=True
        )
    ]

    whole = cross_entropy(case.logits, case.labels)
    assert math.isclose(whole.item(), (sum(alone) / counts.sum().clamp(min=1)).item(), abs_tol=1e-9)


@quick
@given(cases)
def test_hard_examples_are_at_least_as_hard_as_all(case: Case) -> None:
    hard = ohem_cross_entropy(case.logits, case.labels, threshold=0.3, kept=2)

    assert hard.item() >= cross_entropy(case.logits, case.labels).item() - 1e-9


@quick
@given(cases)
def test_pseudo_label_losses_know_neither_names_nor_order(case: Case) -> None:
    guess = case.labels.clamp(max=case.classes - 1)
    weights = case.keep * torch.rand(case.keep.shape, generator=case.rng, dtype=torch.float64)
    plain = pseudo_label_loss(case.logits, guess, case.keep).item()
    weighted = weighted_pseudo_label_loss(case.logits, guess, weights).item()
    logits = case.logits[:, case.order]

    assert math.isclose(
        pseudo_label_loss(logits, rename(guess, case.order), case.keep).item(), plain, abs_tol=1e-9
    )
    assert math.isclose(
        weighted_pseudo_label_loss(logits, rename(guess, case.order), weights).item(),
        weighted,
        abs_tol=1e-9,
    )
    logits, guess, keep, weights = case.shuffled(case.logits, guess, case.keep, weights)
    assert math.isclose(pseudo_label_loss(logits, guess, keep).item(), plain, abs_tol=1e-9)
    other = weighted_pseudo_label_loss(logits, guess, weights).item()
    assert math.isclose(other, weighted, abs_tol=1e-9)


@quick
@given(cases)
def test_equal_weights_are_the_plain_mean(case: Case) -> None:
    guess = case.labels.clamp(max=case.classes - 1)

    weighted = weighted_pseudo_label_loss(case.logits, guess, case.keep.double())

    assert math.isclose(
        weighted.item(), pseudo_label_loss(case.logits, guess, case.keep).item(), abs_tol=1e-9
    )


@quick
@given(cases, st.floats(0, 0.95))
def test_the_filter_keeps_its_share_whatever_the_order(case: Case, drop: float) -> None:
    uncertainty = case.logits[:, 0]
    valid = case.keep

    kept = keep_sure(uncertainty, valid, drop_share=drop)

    assert not (kept & ~valid).any()
    if valid.any():
        assert kept.sum() == max(1, round((1 - drop) * int(valid.sum())))
        dropped = valid & ~kept
        if dropped.any():
            assert uncertainty[dropped].min() > uncertainty[kept].max()
    turned = keep_sure(uncertainty.flip(0, 2), valid.flip(0, 2), drop_share=drop)
    assert torch.equal(turned.flip(0, 2), kept)


def as_pixels(case: Case) -> tuple[Pixels, Tensor]:
    """The case as pixels, half of them labelled; and embeddings for them."""
    labels = case.labels.flatten()
    probs = case.logits.movedim(1, -1).reshape(len(labels), -1).softmax(dim=1)
    labelled = torch.rand(len(labels), generator=case.rng) < 0.5
    sure = torch.rand(len(labels), generator=case.rng) < 0.6
    return (
        Pixels(
            labels=labels,
            reliable=labelled | sure,
            unreliable=~labelled & ~sure,
            labelled=labelled,
            probs=probs,
        ),
        torch.randn(len(labels), 5, generator=case.rng, dtype=torch.float64),
    )


def renamed(pixels: Pixels, order: Tensor) -> Pixels:
    return Pixels(
        labels=rename(pixels.labels, order),
        reliable=pixels.reliable,
        unreliable=pixels.unreliable,
        labelled=pixels.labelled,
        probs=pixels.probs[:, order],
    )


@quick
@given(cases)
def test_negatives_and_centres_follow_their_class(case: Case) -> None:
    pixels, embedding = as_pixels(case)
    other = renamed(pixels, case.order)

    mask = negative_mask(pixels, low_rank=2)
    centres, counts = class_centres(embedding, pixels)
    moved, moved_counts = class_centres(embedding, other)

    assert torch.equal(negative_mask(other, low_rank=2), mask[case.order])
    assert torch.allclose(moved, centres[case.order])
    assert torch.equal(moved_counts, counts[case.order])
    # A labelled pixel is never a negative of its own class.
    own = pixels.labelled & (pixels.labels != IGNORE)
    assert not mask.T[own].gather(1, pixels.labels[own, None]).any()


@quick
@given(cases)
def test_anchors_are_reliable_pixels_of_their_class(case: Case) -> None:
    pixels, _ = as_pixels(case)

    anchors, counts = draw_anchors(pixels, each=7, confidence=0.1, generator=case.rng)

    for label in range(case.classes):
        if counts[label]:
            drawn = anchors[label]
            assert (pixels.labels[drawn] == label).all()
            assert pixels.reliable[drawn].all()
            assert (pixels.probs[drawn, label] > 0.1).all()


@quick
@given(cases)
def test_the_contrastive_loss_knows_classes_by_id_alone(case: Case) -> None:
    pixels, embedding = as_pixels(case)
    classes, keys = case.classes, torch.randn(4 * case.classes, 5, generator=case.rng).double()
    keys = torch.nn.functional.normalize(keys, dim=1)
    centres, counts = class_centres(embedding, pixels)
    anchors, drawn = draw_anchors(pixels, each=3, confidence=0.0, generator=case.rng)
    usable = (counts > 0) & (drawn > 0)
    picks = torch.arange(4 * classes).view(classes, 1, 4).expand(-1, 3, -1)

    def loss(embedding: Tensor, order: Tensor, anchors: Tensor) -> float:
        return contrastive_loss(
            embedding, centres[order], anchors[order], usable[order], keys, picks[order],
            temperature=0.5,
        ).item()  # fmt: skip

    plain = loss(embedding, torch.arange(classes), anchors)
    assert math.isclose(loss(embedding, case.order, anchors), plain, abs_tol=1e-9)
    there = torch.randperm(len(embedding), generator=case.rng)
    assert math.isclose(
        loss(embedding[there], torch.arange(classes), there.argsort()[anchors]), plain, abs_tol=1e-9
    )
    assert math.isclose(loss(embedding * 10, torch.arange(classes), anchors), plain, abs_tol=1e-9)
    left = torch.nonzero(usable).flatten()  # without the classes that take no part at all
    if len(left):
        assert math.isclose(loss(embedding, left, anchors), plain, abs_tol=1e-9)
    else:
        assert plain == 0


@quick
@given(cases)
def test_class_confidence_is_pooled_and_follows_its_class(case: Case) -> None:
    probs = case.logits.softmax(dim=1)

    means, counts = batch_confidence(probs, case.labels)
    moved, moved_counts = batch_confidence(probs[:, case.order], rename(case.labels, case.order))
    parts = [
        batch_confidence(*pair) for pair in zip(probs.split(1), case.labels.split(1), strict=True)
    ]

    assert torch.equal(moved_counts, counts[case.order])
    assert torch.allclose(moved[moved_counts > 0], means[case.order][moved_counts > 0])
    pooled = sum(mean * count for mean, count in parts) / counts.clamp(min=1)
    assert torch.allclose(torch.as_tensor(pooled)[counts > 0], means[counts > 0])


@quick
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.floats(0.05, 2))
def test_the_less_sure_a_class_the_likelier_it_is_drawn_and_kept(
    confidence: list[float], temperature: float
) -> None:
    values = np.array(confidence)

    chances = class_chances(values, temperature=temperature)
    rates = keep_rates(torch.from_numpy(values))

    assert math.isclose(chances.sum(), 1)
    order = np.argsort(values, kind="stable")
    assert (np.diff(chances[order]) <= 1e-12).all()
    assert (np.diff(rates.numpy()[order]) <= 1e-12).all()
    assert rates.max() == 1
