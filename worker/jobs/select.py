"""Job `select`: from all scores to the round's items, each with the mask a person will correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import reading
from server.db.models import ClassList, Group, Image, Job, Model, Round, Score
from server.rules.images import VOID, Split
from server.services import candidates, queues, regions, results, validation
from server.services.candidates import Labelled, Unlabelled
from worker.context import JobContext, Record, Stopped
from worker.jobs import data, devices
from worker.jobs.superpixels import superpixels
from worker.jobs.unreadable import leaving_out
from worker.ml.acquisition import Choice, ImageScore, best_regions, predict, rank
from worker.ml.core_set import k_centres, place_images
from worker.ml.models import Model as LoadedModel
from worker.ml.regions import Box


@dataclass(frozen=True)
class Found:
    """What a choice is made from."""

    scores: Sequence[ImageScore]
    pool: Mapping[str, Unlabelled]
    known: Sequence[Labelled]
    """What is labelled already: core-set keeps away from it."""
    apart: frozenset[str]
    """What is drawn for validation, and not left to the strategy."""


@leaving_out
def run(context: JobContext) -> Record:
    """Choose of all candidates, predict the chosen ones, and return how to make the items."""
    resources, facts = context.resources, context.facts
    with reading(resources.sessions) as session:
        round_ = session.get_one(Round, facts.round_id)
        class_list = session.get_one(ClassList, round_.class_list_id)
        model = session.get_one(Model, UUID(facts.params["model_id"]))
        scores = _scores(session, round_.id)
        ids = results.image_ids(session, facts.project_id, [each.name for each in scores])
        pool = {row.name: row for row in candidates.by_id(session, list(ids.values()))}
        scores = [each for each in scores if each.name in pool]
        until = session.get_one(Job, facts.id).created_at
        known = candidates.labelled(session, facts.project_id, Split.POOL, until=until)
        apart = validation.draw(session, round_, list(pool))
    loaded = devices.loaded(context, model)
    choices = choose(context, loaded, round_, Found(scores, pool, known, apart))
    chosen = []
    for choice in choices:
        _heed(context)
        measured_on = choice.name in apart
        wanted = 0 if measured_on else data.regions(round_)
        made = _predict(
            context, loaded, round_, pool[choice.name], choice, class_list, wanted=wanted
        )
        chosen.append(replace(made, for_validation=measured_on))
        context.report(len(chosen) / len(choices), f"{len(chosen)} of {len(choices)} masks made")

    def record(session: Session) -> dict[str, Any]:
        listed = [(score.name, score.score) for score in scores]
        groups = {score.name: score.group for score in scores if score.group}
        results.chosen(session, facts.id, chosen, candidates=listed, groups=groups)
        return {"items": len(chosen), "candidates": len(scores)}

    return record


def choose(context: JobContext, model: LoadedModel, round_: Round, of: Found) -> list[Choice]:
    """Return what the round asks for; of the same rows always the same."""
    left = {name: image for name, image in of.pool.items() if name not in of.apart}
    k = min(round_.k - len(of.apart), len(left))  # fewer where images had to be left out
    quota = data.group_quota(round_)
    if round_.strategy == "core_set":
        choices = _far_apart(context, model, left, of.known, k=k, quota=quota)
    else:
        others = [each for each in of.scores if each.name not in of.apart]
        choices = rank(others, k, group_quota=quota, strategy=round_.strategy, seed=round_.seed)
    drawn = [each for each in of.scores if each.name in of.apart]
    return choices + _for_validation(drawn, after=k)


def _for_validation(drawn: Sequence[ImageScore], *, after: int) -> list[Choice]:
    return [
        Choice(each.name, each.score, place, "drawn at random for validation")
        for place, each in enumerate(drawn, start=after + 1)
    ]


def _heed(context: JobContext) -> None:
    if context.should_stop():
        raise Stopped


def _far_apart(
    context: JobContext,
    model: LoadedModel,
    pool: Mapping[str, Unlabelled],
    known: Sequence[Labelled],
    *,
    k: int,
    quota: str,
) -> list[Choice]:
    """Choose by core-set, which needs all images' features side by side: no shard could."""
    blobs = context.resources.blobs
    labelled = data.labelled_samples(blobs, known)
    samples = (*labelled, *data.unlabelled_samples(blobs, pool.values()))
    placed = []
    for each in place_images(model, samples, threads=data.threads(context.resources.settings)):
        _heed(context)
        placed.append(each)
        # The masks of the chosen are still to come: half of the way.
        share = len(placed) / len(samples) / 2
        context.report(share, f"{len(placed)} of {len(samples)} images compared")
    return k_centres(placed[len(labelled) :], placed[: len(labelled)], k, group_quota=quota)


def _scores(session: Session, round_id: UUID) -> list[ImageScore]:
    rows = session.execute(
        select(Image.name, Score.score, Group.name)
        .join(Image, Image.id == Score.image_id)
        .outerjoin(Group, Group.id == Image.group_id)
        .where(Score.round_id == round_id)
        .order_by(Image.name)
    )
    return [ImageScore(name=name, score=score, group=group or "") for name, score, group in rows]


def _predict(
    context: JobContext,
    model: LoadedModel,
    round_: Round,
    image: Unlabelled,
    choice: Choice,
    class_list: ClassList,
    *,
    wanted: int,
) -> queues.Chosen:
    blobs = context.resources.blobs
    [sample] = data.unlabelled_samples(blobs, [image])
    guess = predict(model, sample, threads=data.threads(context.resources.settings))
    labels, second = (_owned(each, class_list) for each in (guess.labels, guess.second))
    boxes: list[Box] = []
    if wanted:
        boxes = best_regions(
            model, sample, strategy=round_.strategy, seed=round_.seed, count=wanted
        )
        labels = regions.only_inside(labels, boxes)
    return queues.Chosen(
        image_id=image.image_id,
        name=image.name,
        score=choice.score,
        rank=choice.rank,
        reason=choice.reason,
        prediction_sha256=blobs.put(codecs.encode_png(labels)),
        uncertainty_sha256=blobs.put(codecs.encode_png(guess.uncertainty)),
        second_sha256=blobs.put(codecs.encode_png(second)),
        chances_sha256=blobs.put(codecs.encode_png(np.vstack(list(guess.chances)))),
        superpixels_sha256=blobs.put(codecs.encode_superpixels(superpixels(sample))),
        regions=boxes,
    )


def _owned(labels: codecs.Labels, class_list: ClassList) -> codecs.Labels:
    """Return the map with void where a gap in the class ids won: no label trains that output."""
    owned = np.isin(labels, data.class_ids(class_list))
    return np.where(owned, labels, VOID).astype(np.uint8)
