"""Job `acquire`: how unsure the model is of each image of one shard of the pool."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.engine import reading
from server.db.models import Model, Round
from server.services import candidates, results
from worker.context import JobContext, Record, Stopped
from worker.jobs import data, devices
from worker.jobs.unreadable import leaving_out
from worker.ml.acquisition import score_images


@leaving_out
def run(context: JobContext) -> Record:
    """Score the shard's images and return how to record the scores."""
    resources, facts = context.resources, context.facts
    with reading(resources.sessions) as session:
        round_ = session.get_one(Round, facts.round_id)
        model = session.get_one(Model, UUID(facts.params["model_id"]))
        images = candidates.by_id(session, [UUID(each) for each in facts.params["image_ids"]])
    ids = {image.name: image.image_id for image in images}
    scores: dict[UUID, float] = {}
    for score in score_images(
        data.model_folder(resources.blobs, model, context.folder / "model"),
        data.unlabelled_samples(resources.blobs, images),
        strategy=round_.strategy,
        seed=round_.seed,
        regions=data.regions(round_),
        threads=data.threads(resources.settings),
        device=devices.device(resources.settings),
    ):
        if context.should_stop():
            raise Stopped
        scores[ids[score.name]] = score.score
        context.report(len(scores) / len(images), f"{len(scores)} of {len(images)} images scored")

    def record(session: Session) -> dict[str, Any]:
        results.scored(session, facts.id, scores)
        return {"images": len(scores)}

    return record
