"""Job `select`: from all scores to the round's items, each with the mask a person will correct."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import reading
from server.db.models import ClassList, Group, Image, Model, Round, Score
from server.rules.images import VOID
from server.services import candidates, results
from server.services.candidates import Unlabelled
from worker.context import JobContext, Record, Stopped
from worker.jobs import data
from worker.ml.acquisition import Choice, ImageScore, predict, rank
from worker.ml.models import Model as LoadedModel
from worker.ml.models import load_model


def run(context: JobContext) -> Record:
    """Rank all candidates, predict the chosen ones, and return how to make the items."""
    resources, facts = context.resources, context.facts
    with reading(resources.sessions) as session:
        round_ = session.get_one(Round, facts.round_id)
        class_list = session.get_one(ClassList, round_.class_list_id)
        model = session.get_one(Model, UUID(facts.params["model_id"]))
        scores = _scores(session, round_.id)
        choices = rank(scores, round_.k, strategy=round_.strategy, seed=round_.seed)
        ids = results.image_ids(session, facts.project_id, [each.name for each in choices])
        images = {row.name: row for row in candidates.by_id(session, list(ids.values()))}
    loaded = load_model(data.model_folder(resources.blobs, model, context.folder / "model"))
    chosen = []
    for choice in choices:
        if context.should_stop():
            raise Stopped
        chosen.append(_predict(context, loaded, images[choice.name], choice, class_list))
        context.report(len(chosen) / len(choices), f"{len(chosen)} of {len(choices)} masks made")

    def record(session: Session) -> dict[str, Any]:
        listed = [(score.name, score.score) for score in scores]
        results.chosen(session, facts.id, chosen, candidates=listed)
        return {"items": len(chosen), "candidates": len(scores)}

    return record


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
    image: Unlabelled,
    choice: Choice,
    class_list: ClassList,
) -> results.Chosen:
    blobs = context.resources.blobs
    [sample] = data.unlabelled_samples(blobs, [image])
    guess = predict(model, sample, threads=data.threads(context.resources.settings))
    # A gap in the class ids is an output that no label trains; it must not reach a person.
    labels = np.where(np.isin(guess.labels, data.class_ids(class_list)), guess.labels, VOID)
    return results.Chosen(
        image_id=image.image_id,
        name=image.name,
        score=choice.score,
        rank=choice.rank,
        reason=choice.reason,
        prediction_sha256=blobs.put(codecs.encode_png(labels.astype(np.uint8))),
        uncertainty_sha256=blobs.put(codecs.encode_png(guess.uncertainty)),
    )
