"""Rows whose bytes the storage has lost: told as such, named in the log, at every route."""

from __future__ import annotations

import logging
import shutil
from typing import Any
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import codecs
from server.api import deps
from server.app import ROUTERS
from server.db.base import uuid7
from server.db.engine import now
from server.db.models import (
    Evaluation,
    Image,
    ImagePrediction,
    Item,
    Job,
    Mask,
    Model,
)
from server.rules.images import MaskOrigin, Split
from server.rules.jobs import JobKind, JobState
from server.services import import_reports, jobs, masks
from tests.server.api.conftest import ROOT, Loop, problem
from tests.world import label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LOST = "f" * 64


def routes_that_read_blobs() -> set[str]:
    """Return the addresses of all routes that answer GET and may open a blob.

    Whether the storage is ready is asked without opening one.
    """
    routes: list[Any] = [route for router in ROUTERS for route in router.routes]
    return {
        route.path for route in routes if "GET" in route.methods and _needs_blobs(route.dependant)
    } - {"/readyz"}


def _needs_blobs(dependant: Dependant) -> bool:
    return dependant.call is deps._blobs or any(map(_needs_blobs, dependant.dependencies))


def ended_job(session: Session, loop: Loop, kind: JobKind, result: dict[str, object]) -> UUID:
    """Add a job that is done and left this result."""
    job = jobs.add(session, kind=kind, project_id=loop.project_id, params={})
    job.state, job.result = JobState.SUCCEEDED, result
    return job.id


def everything(session: Session, loop: Loop, round_id: UUID) -> dict[str, str]:
    """Make a row for each kind of bytes; return an address for each route that reads them."""
    item = session.scalars(select(Item).where(Item.round_id == round_id)).first()
    model = session.scalars(select(Model)).one()
    assert item is not None
    image = session.get_one(Image, item.image_id)
    mask = masks.add_revision(
        session,
        image_id=image.id,
        sha256=LOST,
        origin=MaskOrigin.HUMAN,
        class_list_id=loop.class_list_id,
    )
    mask.item_id, mask.changed_pixels = item.id, 1
    session.execute(
        update(Item).values(
            prediction_sha256=LOST,
            uncertainty_sha256=LOST,
            superpixels_sha256=LOST,
            second_sha256=LOST,
            chances_sha256=LOST,
        )
    )
    model.files = {"model.safetensors": LOST}
    session.add(ImagePrediction(id=uuid7(), model_id=model.id, image_id=image.id, sha256=LOST))
    worst = [{"image_id": str(image.id), "agreement": 0.1, "prediction_sha256": LOST}]
    session.add(
        Evaluation(
            model_id=model.id,
            split=Split.TEST,
            images=1,
            confusion=[[1]],
            miou=0.1,
            worst=worst,
            created_at=now(session),
        )
    )
    file: dict[str, object] = {"file": {"name": "masks.zip", "sha256": LOST}}
    export = ended_job(session, loop, JobKind.EXPORT, {"sha256": LOST})
    imported = ended_job(session, loop, JobKind.IMPORT, {import_reports._KEY: LOST})
    predicted = ended_job(session, loop, JobKind.PREDICT, file)
    ids = {
        "image_id": image.id,
        "item_id": item.id,
        "mask_id": mask.id,
        "model_id": model.id,
        "project_id": loop.project_id,
        "round_id": round_id,
    }
    return {
        "/exports/{job_id}/file": f"/exports/{export}/file",
        "/imports/{job_id}/report": f"/imports/{imported}/report",
        "/imports/{job_id}/report.csv": f"/imports/{imported}/report.csv",
        "/jobs/{job_id}/file": f"/jobs/{predicted}/file",
        "/models/{model_id}/files/{name}": f"/models/{model.id}/files/model.safetensors",
        **{
            path: path.format(**ids, view="before")
            for path in (
                "/images/{image_id}/file",
                "/images/{image_id}/thumbnail",
                "/images/{image_id}/mask",
                "/images/{image_id}/mask/thumbnail",
                "/images/{image_id}/prediction",
                "/items/{item_id}/chances",
                "/items/{item_id}/draft",
                "/items/{item_id}/mask",
                "/items/{item_id}/prediction",
                "/items/{item_id}/second",
                "/items/{item_id}/superpixels",
                "/items/{item_id}/uncertainty",
                "/masks/{mask_id}",
                "/projects/{project_id}/measurement/worst/{image_id}/{view}",
                "/rounds/{round_id}/report/items/{item_id}/{view}",
            )
        },
    }


def test_each_route_that_reads_a_blob_says_that_it_is_missing(
    loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    round_id = loop.to_labelling(k=1)
    _draft(loop.lead, loop)
    with loop.sessions.begin() as session:
        addresses = everything(session, loop, round_id)
    _lose(loop)
    assert routes_that_read_blobs() == addresses.keys()
    for address in addresses.values():
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            told = problem(loop.lead.get(address), 404, "bytes_missing")
        assert "missing" in told["detail"]
        [line] = [entry.getMessage() for entry in caplog.records]
        assert ROOT + address.partition("?")[0] in line
        assert len(line.split()[4].rstrip(",")) == 64, line


def test_a_submission_that_needs_lost_bytes_may_be_sent_again(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    _lose(loop)
    answer = loop.annotator.post(
        f"/items/{item['id']}/submit",
        params={"lease_id": item["lease"]["id"]},
        content=codecs.encode_png(label_map(1)),
        headers={"Content-Type": "image/png"},
    )
    problem(answer, 503, "unavailable")
    with loop.sessions() as session:
        assert session.query(Mask).filter(Mask.origin == MaskOrigin.HUMAN).count() == 0
        assert session.query(Job).filter(Job.kind == JobKind.RETRAIN).count() == 0


def _draft(client: TestClient, loop: Loop) -> None:
    item = client.post(f"{loop.path}/items/take").json()
    answer = client.put(
        f"/items/{item['id']}/draft",
        content=codecs.encode_png(label_map(1)),
        headers={"Content-Type": "image/png"},
    )
    assert answer.status_code == 200, answer.text


def _lose(loop: Loop) -> None:
    """Have the disk lose all that was kept."""
    for folder in loop.blobs.root.iterdir():
        if len(folder.name) == 2:
            shutil.rmtree(folder)
