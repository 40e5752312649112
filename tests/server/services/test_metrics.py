"""Scores on three axes, the curve through them, and the lines beside it."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, Model, Round
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.references import ReferenceKind
from server.services import curves, jobs, metrics, references
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.rows import new_model, new_round
from tests.world import HEIGHT, WIDTH, World, label_map, new_world, submit, take, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs)


def measure(
    world: World,
    round_id: UUID,
    *,
    labels: int,
    miou: float,
    kind: JobKind = JobKind.RETRAIN,
    version: int = 0,
    split: Split = Split.TEST,
) -> Model:
    """Add a model that was trained now on so many labels, and what it scored on one split."""
    session = world.session
    version = version or labels
    job = jobs.add(
        session,
        kind=kind,
        project_id=world.project_id,
        round_id=round_id,
        part=version,
        params={},
    )
    job.created_at = now(session)
    model = new_model(
        session, job, class_list_id=world.class_list_id, version=version, labels=labels
    )
    model.stage = kind
    session.add(
        Evaluation(
            model_id=model.id,
            split=split,
            images=1,
            confusion=[[1, 0], [0, 1]],
            miou=miou,
            created_at=now(session),
        )
    )
    session.flush()
    return model


def test_each_training_knows_the_minutes_and_pixels_of_its_labels(world: World) -> None:
    round_id = to_labelling(world, k=3)
    person = world.add_person()
    for seconds in (60, 120):
        lease = take(world, person)
        lease.started_at = lease.started_at.replace(year=2020)
        submit(world, lease, label_map(1), Effort(active_seconds=seconds))
    model = measure(world, round_id, labels=2, miou=0.5, version=2)
    for mask_of in (take(world, person),):
        mask_of.started_at = mask_of.started_at.replace(year=2020)
        submit(world, mask_of, label_map(1), Effort(active_seconds=600))

    first, second = metrics.stages(world.session, world.project_id)

    assert (first.spent.minutes, first.spent.pixels) == (0, 0)
    assert second.model.id == model.id
    assert (second.spent.minutes, second.spent.pixels) == (3, 2 * WIDTH * HEIGHT)


def test_the_band_needs_three_rounds_and_looks_one_step_ahead(world: World) -> None:
    session, round_id = world.session, new_round(world.session, world.project_id).id
    measure(world, round_id, labels=10, miou=0.5)
    measure(world, round_id, labels=20, miou=0.58)
    assert curves.band(session, world.project_id, metrics.stages(session, world.project_id)) == []

    measure(world, round_id, labels=30, miou=0.62)
    band = curves.band(session, world.project_id, metrics.stages(session, world.project_id))

    assert [point.at.labels for point in band] == sorted(point.at.labels for point in band)
    assert (band[0].at.labels, band[-1].at.labels) == (10, 40)
    assert all(point.span.low < point.span.middle < point.span.high for point in band)
    assert band[-1].span.middle > band[0].span.middle
    assert band[0].at.minutes is None, "nobody's time was recorded"


def test_curve_and_lines_are_of_one_split(world: World) -> None:
    session, round_id = world.session, new_round(world.session, world.project_id).id
    for labels, miou in ((10, 0.5), (20, 0.58), (30, 0.62)):
        measure(world, round_id, labels=labels, miou=miou, split=Split.VALIDATION)
    lead, full = world.add_person(), ReferenceKind.FULL_LABELS
    references.put(session, world.project_id, full, miou=0.8, origin="a paper", actor_id=lead)
    stages = metrics.stages(session, world.project_id)

    assert [stage.miou(Split.VALIDATION) for stage in stages] == [0.5, 0.58, 0.62]
    assert [stage.miou(Split.TEST) for stage in stages] == [None] * 3
    assert curves.band(session, world.project_id, stages) == []
    assert curves.band(session, world.project_id, stages, split=Split.VALIDATION)
    lines = references.of_project(session, world.project_id, stages)
    assert [each.kind for each in lines] == [full]
    apart = references.of_project(session, world.project_id, stages, split=Split.VALIDATION)
    assert apart == [], "an entered figure is of test images"


def test_what_the_project_measured_goes_before_what_was_entered(world: World) -> None:
    session = world.session
    lead = world.add_person()

    def lines() -> dict[ReferenceKind, tuple[float, str | None, int | None]]:
        stages = metrics.stages(session, world.project_id)
        return {
            each.kind: (each.miou, each.origin, each.model_version)
            for each in references.of_project(session, world.project_id, stages)
        }

    source_only, full = ReferenceKind.SOURCE_ONLY, ReferenceKind.FULL_LABELS
    assert lines() == {}
    for kind, miou in ((source_only, 0.2), (full, 0.7), (full, 0.8)):
        references.put(session, world.project_id, kind, miou=miou, origin="a paper", actor_id=lead)
    assert lines() == {source_only: (0.2, "a paper", None), full: (0.8, "a paper", None)}

    round_id = new_round(session, world.project_id).id
    measure(world, round_id, labels=0, miou=0.3, kind=JobKind.WARM_UP, version=1)
    assert lines()[source_only] == (0.2, "a paper", None), "STAL's warm-up sees target images"
    session.get_one(Round, round_id).config = {"recipe": "supervised"}
    session.flush()
    measure(world, round_id, labels=5, miou=0.65, version=2)
    assert lines() == {source_only: (0.3, None, 1), full: (0.65, None, 2)}

    references.drop(session, world.project_id, full)
    with pytest.raises(NotFound):
        references.drop(session, world.project_id, full)
