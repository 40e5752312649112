"""STAL (Guan & Yuan, arXiv 2301.13361): supervised, filtered pseudo-label and contrastive loss.

One step: the teacher looks at the weak crops; CutMix by class mixes the strong ones, and the
teacher's maps alike; the student sees labelled and mixed crops in one forward. Class confidence
on labelled pixels steers which classes the next steps copy and mix.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.augment.cutmix import Box, class_box
from worker.ml.banks import NegativeBank, PresenceBank
from worker.ml.confidence import ClassConfidence, batch_confidence, class_chances, keep_rates
from worker.ml.config import StageConfig
from worker.ml.losses import IGNORE
from worker.ml.losses.contrastive import (
    Pixels,
    class_centres,
    contrastive_loss,
    draw_anchors,
    negative_mask,
)
from worker.ml.losses.pseudo_label import (
    entropy,
    keep_sure,
    pseudo_label_loss,
    weighted_pseudo_label_loss,
)
from worker.ml.losses.supervised import cross_entropy, ohem_cross_entropy
from worker.ml.passes import Maps
from worker.ml.recipes.base import Recipe, StepContext, on_device
from worker.ml.sampling import Plan, Pools, donor, plan_step


@dataclass(frozen=True)
class Guess:
    """What the teacher says about the crops that the student sees, all at stride 4."""

    log_probs: Tensor  # (U, C, h, w), mixed like the images
    embedding: Tensor | None  # (L + U, E, h, w); None before the contrastive loss begins
    labelled_probs: Tensor | None  # (L, C, h, w)
    labels: Tensor  # (U, h, w)
    keep: Tensor  # (U, h, w) what the entropy filter leaves
    learn: Tensor  # (U, h, w) of those, what the teacher is confident of
    valid: Tensor  # (U, h, w) not padding


class Stal(Recipe):
    """The losses and the memory of STAL; works without labelled target images, too."""

    def __init__(self, config: StageConfig, pools: Pools) -> None:
        super().__init__()
        classes = config.network.classes
        self.config = config
        self.pools = pools
        self.confidence = ClassConfidence(classes)
        self.presence = PresenceBank(pools.unlabelled, classes)
        self.negatives = NegativeBank(classes, config.bank, config.network.embedding)

    def plan(self, step: int) -> Plan:
        chances = class_chances(
            self.confidence.value.cpu().numpy(), temperature=self.config.class_temperature
        )
        shown = self.presence.shown.cpu().numpy()
        return plan_step(step, self.config, self.pools, chances=chances, shown=shown)

    def losses(self, context: StepContext) -> dict[str, Tensor]:
        config, batch = self.config, context.batch
        images, labels = context.images(batch.labelled), context.labels(batch.labels)
        contrasts = config.lambda_c > 0 and context.progress >= config.contrastive_start
        guess, mixed = self._teach(context, images, contrasts=contrasts)

        seen = torch.cat([images, mixed]) if mixed is not None else images
        out = context.student(seen, embed=contrasts)
        terms = {"supervised": self._supervised(out, labels)}
        small = _nearest(labels, out.logits)
        self._observe(out.logits[: len(labels)].detach(), small)
        if guess is not None and context.progress >= config.unlabelled_start:
            loss = self._follow(context, out.logits[len(labels) :], guess)
            terms["pseudo_label"] = config.lambda_u * loss
        if guess is not None and out.embedding is not None:
            loss = self._contrast(context, out.embedding, small, guess)
            terms["contrastive"] = config.lambda_c * loss
        return terms

    @torch.no_grad()
    def _teach(
        self, context: StepContext, images: Tensor, *, contrasts: bool
    ) -> tuple[Guess | None, Tensor | None]:
        """The teacher's guess on the mixed crops, and the mixed crops."""
        config, batch = self.config, context.batch
        if not len(batch.weak):
            return None, None
        weak = context.images(batch.weak)
        seen = torch.cat([images, weak]) if contrasts else weak
        out = context.teacher(seen, embed=contrasts)
        logits = out.logits[-len(weak) :]
        padding = ~on_device(torch.from_numpy(batch.valid), context.device)
        valid = F.max_pool2d(padding[:, None].float(), 4, ceil_mode=True)
        plain = logits.argmax(dim=1)
        self.presence.update(list(batch.plan.unlabelled), plain, share=config.cutmix_presence)

        boxes = _boxes(plain.cpu().numpy(), context, config) if config.cutmix else None
        log_probs = _mix(logits, boxes).log_softmax(dim=1)
        sure_of = _mix(valid, boxes)[:, 0] == 0
        drop = config.alpha0 * (1 - context.progress)
        keep = sure_of
        if config.entropy_filter == "drop_high":
            keep = keep_sure(entropy(log_probs), sure_of, drop_share=drop)
        embedding = out.embedding
        if embedding is not None:
            count = len(images)
            embedding = torch.cat([embedding[:count], _mix(embedding[count:], boxes)])
        best, labels = log_probs.max(dim=1)
        guess = Guess(
            log_probs=log_probs,
            embedding=embedding,
            labelled_probs=out.logits[: -len(weak)].softmax(dim=1) if contrasts else None,
            labels=labels,
            keep=keep,
            learn=keep & (best.exp() >= config.pseudo_confidence),
            valid=sure_of,
        )
        return guess, _mix(context.images(batch.strong), boxes, stride=4)

    def _supervised(self, out: Maps, labels: Tensor) -> Tensor:
        loss = self._against(out.logits[: len(labels)], labels)
        if out.auxiliary is not None:
            second = self._against(out.auxiliary[: len(labels)], labels)
            loss = loss + self.config.auxiliary_weight * second
        return loss

    def _against(self, logits: Tensor, labels: Tensor) -> Tensor:
        full = F.interpolate(logits, labels.shape[-2:], mode="bilinear", align_corners=False)
        if self.config.supervised == "ce":
            return cross_entropy(full, labels)
        kept = max(1, int(self.config.ohem_kept * labels.numel()))
        return ohem_cross_entropy(full, labels, threshold=self.config.ohem_threshold, kept=kept)

    def _follow(self, context: StepContext, logits: Tensor, guess: Guess) -> Tensor:
        config = self.config
        if config.pseudo_weight == "equal":
            among = guess.valid if config.pseudo_mean == "valid" else None
            return pseudo_label_loss(logits, guess.labels, guess.learn, among=among)
        weights = guess.learn * guess.log_probs.amax(dim=1).exp().square()
        if config.pseudo_weight == "confidence_and_class":
            # By the student's own class, so that what it already sees is learnt from less.
            rates = keep_rates(self.confidence.value)[logits.detach().argmax(dim=1)]
            lot = torch.rand(weights.shape, generator=context.torch_rng())
            weights = weights * (lot.to(rates.device) < rates)
        return weighted_pseudo_label_loss(logits, guess.labels, weights)

    @torch.no_grad()
    def _observe(self, logits: Tensor, labels: Tensor) -> None:
        means, counts = batch_confidence(logits.softmax(dim=1), labels)
        self.confidence.update(means, counts, momentum=self.config.confidence_momentum)

    def _contrast(
        self, context: StepContext, embedding: Tensor, labels: Tensor, guess: Guess
    ) -> Tensor:
        config = self.config
        rng = context.torch_rng()
        pixels = _pixels(labels, guess)
        assert guess.embedding is not None
        theirs = _rows(guess.embedding)
        self.negatives.push_some(
            theirs,
            negative_mask(pixels, low_rank=config.low_rank),
            at_most=config.bank_push,
            generator=rng,
        )
        centres, centre_counts = class_centres(theirs, pixels)
        anchors, anchor_counts = draw_anchors(
            pixels, each=config.anchors, confidence=config.anchor_confidence, generator=rng
        )
        usable = (anchor_counts > 0) & (centre_counts > 0) & (self.negatives.length > 0)
        picks = self.negatives.draw((config.anchors, config.negatives), generator=rng)
        return contrastive_loss(
            _rows(embedding),
            centres,
            anchors,
            usable,
            self.negatives.rows,
            picks,
            temperature=config.temperature,
        )


def _pixels(labels: Tensor, guess: Guess) -> Pixels:
    """Labelled and unlabelled crops as one list of pixels, labelled first."""
    assert guess.labelled_probs is not None
    known = labels != IGNORE
    guessed = torch.where(guess.keep, guess.labels, IGNORE)
    return Pixels(
        labels=torch.cat([labels, guessed]).flatten(),
        reliable=torch.cat([known, guess.keep]).flatten(),
        unreliable=torch.cat([torch.zeros_like(known), guess.valid & ~guess.keep]).flatten(),
        labelled=torch.cat([torch.ones_like(known), torch.zeros_like(guess.keep)]).flatten(),
        probs=_rows(torch.cat([guess.labelled_probs, guess.log_probs.exp()])),
    )


def _rows(maps: Tensor) -> Tensor:
    """(N, D, h, w) as (N h w, D)."""
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])


def _nearest(labels: Tensor, like: Tensor) -> Tensor:
    size = like.shape[-2:]
    return F.interpolate(labels[:, None].float(), size, mode="nearest")[:, 0].long()


def _boxes(guess: np.ndarray, context: StepContext, config: StageConfig) -> list[Box]:
    """Per crop, the box (at stride 4) that its donor gives: around one object of a class."""
    rng, count = context.numpy_rng(), len(guess)
    classes = context.batch.plan.cutmix_classes
    return [
        class_box(guess[donor(i, count)], classes[i], min_area=config.cutmix_min_area, rng=rng)
        for i in range(count)
    ]


def _mix(maps: Tensor, boxes: list[Box] | None, *, stride: int = 1) -> Tensor:
    """Each map with its donor's pixels inside its box."""
    if boxes is None:
        return maps
    mixed = maps.clone()
    for place, box in enumerate(boxes):
        top, left, bottom, right = (side * stride for side in box)
        other = maps[donor(place, len(boxes))]
        mixed[place, :, top:bottom, left:right] = other[:, top:bottom, left:right]
    return mixed
