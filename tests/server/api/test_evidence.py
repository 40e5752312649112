"""Evidence by HTTP: curves, lines, measurements, pace, the report and its pictures."""

import io
from typing import Any

import pytest
from PIL import Image as Picture

from server import codecs
from server.db.models import Image
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import results
from tests.server.api.conftest import Loop, problem
from tests.server.api.test_lead import submit
from tests.world import HEIGHT, WIDTH, finish_jobs, label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def size_of(answer: Any) -> tuple[int, int]:
    assert answer.status_code == 200, answer.text
    with Picture.open(io.BytesIO(answer.content)) as picture:
        return picture.size


def give_pixels(loop: Loop) -> None:
    """The world's images have no bytes; give every one of them a small picture of its own."""
    with loop.sessions.begin() as session:
        for shade, image in enumerate(session.query(Image)):
            out = io.BytesIO()
            Picture.new("RGB", (WIDTH, HEIGHT), (shade,) * 3).save(out, "PNG")
            image.sha256 = loop.blobs.put(out.getvalue())


def test_lines_are_entered_by_a_lead_and_shown_to_all(loop: Loop) -> None:
    path = f"{loop.path}/references"
    given = {"miou": 0.22, "origin": "the model of last year"}
    assert loop.lead.put(f"{path}/source_only", json=given).status_code == 200
    problem(loop.reviewer.put(f"{path}/source_only", json=given), 403, "forbidden")
    refused = loop.lead.put(f"{path}/full_labels", json={"miou": 22, "origin": "?"})
    problem(refused, 422, "invalid", "miou")
    body = loop.annotator.get(f"{loop.path}/metrics").json()
    assert body["references"] == [{"kind": "source_only", "model_version": None, **given}]
    assert (body["split"], body["rounds"], body["band"]) == ("test", [], [])
    body = loop.annotator.get(f"{loop.path}/metrics?split=validation").json()
    assert (body["split"], body["references"]) == ("validation", [])
    problem(loop.annotator.get(f"{loop.path}/metrics?split=best"), 422, "invalid", "split")
    assert loop.lead.delete(f"{path}/source_only").status_code == 204
    problem(loop.lead.delete(f"{path}/source_only"), 404, "not_found")


def test_the_newest_model_in_full_and_its_worst_images(loop: Loop) -> None:
    path = f"{loop.path}/measurement"
    assert loop.annotator.get(path).json() == {"measurement": None}
    assert loop.reviewer.get(f"{path}/worst").json() == {"split": None, "images": []}
    with loop.sessions.begin() as session:
        world = loop.world(session)
        image_id = world.add_image(Split.TEST, label=1)
        name = session.get_one(Image, image_id).name
    give_pixels(loop)
    loop.to_labelling(k=1)
    with loop.sessions.begin() as session:
        [job] = finish_jobs(session, loop.project_id, kind=JobKind.EVALUATE)
        guess = results.Worst(name, 0.5, loop.blobs.put(codecs.encode_png(label_map(0))))
        figure = results.Measured(
            Split.TEST, 1, [[0, 0], [12, 12]], 0.5, calibration=[[24, 12.0, 12]], worst=[guess]
        )
        results.evaluated(session, job.id, [figure])

    found = loop.annotator.get(path).json()["measurement"]
    assert (found["version"], found["confusion"]) == (1, [[0, 0], [12, 12]])
    assert found["calibration"] == [{"confidence": 0.5, "accuracy": 0.5, "share": 1.0}]
    assert [each["name"] for each in found["classes"]] == ["road", "sky"]
    worst = loop.reviewer.get(f"{path}/worst").json()
    assert worst["images"] == [{"image_id": str(image_id), "name": name, "agreement": 0.5}]
    for view in ("image", "before", "after", "difference"):
        assert size_of(loop.reviewer.get(f"{path}/worst/{image_id}/{view}")) == (WIDTH, HEIGHT)
    problem(loop.annotator.get(f"{path}/worst"), 403, "forbidden")
    problem(loop.annotator.get(f"{path}/worst/{image_id}/after"), 403, "forbidden")


def test_a_lead_sees_the_pace(loop: Loop) -> None:
    loop.to_labelling(k=3)
    submit(loop)
    body = loop.lead.get(f"{loop.path}/throughput").json()
    assert (body["items"]["open"], body["items"]["submitted"], body["labels"]) == (2, 1, 1)
    assert [each["name"] for each in body["people"]] == ["annotator"]
    assert body["finish_at"] is not None
    problem(loop.annotator.get(f"{loop.path}/throughput"), 403, "forbidden")


def test_the_report_and_its_pictures(loop: Loop) -> None:
    round_id = loop.to_labelling(k=2)
    give_pixels(loop)
    item_id = submit(loop)
    path = f"/rounds/{round_id}/report"
    body = loop.reviewer.get(path).json()
    assert body["round"]["number"] == 1
    assert body["cost"]["spent"] == {"images": 1}
    assert body["model"] is None
    assert len(body["hashes"]["manifest"]) == 64
    [worst] = body["worst"]
    assert (worst["item_id"], worst["changed_share"]) == (item_id, 1.0)
    assert body["confused"][0]["said"] == "road"
    answer = loop.reviewer.get(f"{path}/items/{item_id}/difference")
    assert size_of(answer) == (WIDTH, HEIGHT)
    again = {"If-None-Match": answer.headers["etag"]}
    seen = loop.reviewer.get(f"{path}/items/{item_id}/difference", headers=again)
    assert seen.status_code == 304
    problem(loop.annotator.get(path), 403, "forbidden")
    problem(loop.annotator.get(f"{path}/items/{item_id}/after"), 403, "forbidden")
    problem(loop.outsider.get(path), 404, "not_found")
