"""Job `replay`: a round's selection made again from its manifest, and compared byte by byte.

The manifest says which images were candidates, in which groups and with which seed; their pixels
and the model are the ones that were kept. Everything else is computed anew, the scores too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.engine import reading
from server.db.models import Model, Round
from server.rules.images import Split
from server.services import candidates, manifests, replays, results
from server.services.candidates import Unlabelled
from server.services.queues import Chosen
from worker.context import GiveUp, JobContext, Record, Stopped
from worker.jobs import data, devices
from worker.jobs.select import Found, choose
from worker.ml.acquisition import Choice, ImageScore, best_regions, score_images
from worker.ml.models import Model as LoadedModel

TOLD = 5
"""Differences that the result names."""


class CannotReplay(GiveUp):
    """An image that the round could choose is not there any more."""


@dataclass(frozen=True)
class _Kept:
    round: Round
    model: Model
    manifest: Mapping[str, Any]
    pool: Mapping[str, Unlabelled]
    known: Sequence[candidates.Labelled]


def run(context: JobContext) -> Record:
    """Choose again, and return how to say whether it is the same."""
    with reading(context.resources.sessions) as session:
        kept = _read(session, UUID(context.facts.params["round_id"]))
    scores = list(_scores(context, kept))
    found = Found(scores, kept.pool, kept.known, frozenset(kept.manifest.get("validation", ())))
    model = devices.loaded(context, kept.model)
    chosen = [
        _chosen(context, kept, model, choice, whole=choice.name in found.apart)
        for choice in choose(context, model, kept.round, found)
    ]
    again = manifests.selection(chosen, [(each.name, each.score) for each in scores])
    before = manifests.selection_of(kept.manifest)
    differences = manifests.changes(kept.manifest, kept.round, kept.model)
    same = manifests.canonical(before) == manifests.canonical(again)
    result = {
        "equal": same and not differences,
        "candidates": len(scores),
        "sha256": manifests.sha256(before),
        "replayed_sha256": manifests.sha256(again),
        "differences": differences + _differences(before, again),
    }

    def record(_: Session) -> dict[str, Any]:
        return result

    return record


def _read(session: Session, round_id: UUID) -> _Kept:
    round_ = session.get_one(Round, round_id)
    selected = replays.selection_job(session, round_id)
    manifest = round_.manifest or {}
    names = [name for name, _ in manifest["candidates"]]
    ids = results.image_ids(session, round_.project_id, names, split=Split.VALIDATION)
    drawn = {name: ids[name] for name in manifest.get("validation", ()) if name in ids}
    ids = {**results.image_ids(session, round_.project_id, names), **drawn}
    pool = {row.name: row for row in candidates.by_id(session, list(ids.values()))}
    missing = [name for name in names if name not in pool]
    if missing:
        raise CannotReplay(
            f"{len(missing)} of the {len(names)} candidates are not in the pool any more: "
            + ", ".join(missing[:TOLD])
        )
    until = selected.created_at
    known = candidates.labelled(session, round_.project_id, Split.POOL, until=until)
    model = session.get_one(Model, UUID(selected.params["model_id"]))
    return _Kept(round_, model, manifest, pool, known)


def _scores(context: JobContext, kept: _Kept) -> Iterator[ImageScore]:
    """Score every candidate again, in the groups of then."""
    resources, round_ = context.resources, kept.round
    groups = kept.manifest.get("groups", {name: row.group for name, row in kept.pool.items()})
    scored = score_images(
        data.model_folder(resources.blobs, kept.model, context.folder / "model"),
        data.unlabelled_samples(resources.blobs, kept.pool.values()),
        strategy=round_.strategy,
        seed=round_.seed,
        regions=data.regions(round_),
        threads=data.threads(resources.settings),
        device=devices.device(resources.settings),
    )
    for number, each in enumerate(scored, start=1):
        if context.should_stop():
            raise Stopped
        yield ImageScore(each.name, each.score, groups.get(each.name, ""))
        # The choice is still to come.
        share = 0.95 * number / len(kept.pool)
        context.report(share, f"{number} of {len(kept.pool)} images scored again")


def _chosen(
    context: JobContext, kept: _Kept, model: LoadedModel, choice: Choice, *, whole: bool
) -> Chosen:
    if context.should_stop():
        raise Stopped
    image, round_, count = kept.pool[choice.name], kept.round, data.regions(kept.round)
    boxes = []
    if count and not whole:
        [sample] = data.unlabelled_samples(context.resources.blobs, [image])
        boxes = best_regions(model, sample, strategy=round_.strategy, seed=round_.seed, count=count)
    return Chosen(
        image_id=image.image_id,
        name=choice.name,
        score=choice.score,
        rank=choice.rank,
        reason=choice.reason,
        prediction_sha256="",
        uncertainty_sha256="",
        regions=boxes,
        for_validation=whole,
    )


def _differences(before: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Say in words where the choices part; the first few."""
    pairs = zip_longest(before["chosen"], again["chosen"])
    found = [
        f"place {place}: {_said(old)} then, {_said(new)} now"
        for place, (old, new) in enumerate(pairs, start=1)
        if old != new
    ]
    scores, anew = dict(before["candidates"]), dict(again["candidates"])
    found += [
        f"{name}: scored {score:.6f} then, {anew[name]:.6f} now"
        for name, score in scores.items()
        if anew[name] != score
    ]
    parts = [part for part in ("regions", "validation") if before.get(part) != again.get(part)]
    return [*found[:TOLD], *(f"the {part} differ" for part in parts)]


def _said(choice: Mapping[str, Any] | None) -> str:
    return "nothing" if choice is None else f"{choice['name']} ({choice['reason']})"
