"""Label quality over HTTP: plans, truths, figures, agreement, and what annotators do not see."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from server import codecs
from server.rules.jobs import JobKind
from server.services import results, truths
from tests.server.api.conftest import Loop, problem
from tests.world import TRAINED, finish_jobs, label_map, to_labelling

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def take(person: TestClient, loop: Loop) -> dict[str, Any] | None:
    answer = person.post(f"{loop.path}/items/take")
    assert answer.status_code in (200, 204), answer.text
    return answer.json() if answer.status_code == 200 else None


def submit(person: TestClient, item: dict[str, Any], label: int) -> dict[str, Any]:
    answer = person.post(
        f"/items/{item['id']}/submit",
        params={"lease_id": item["lease"]["id"]},
        content=codecs.encode_labels(label_map(label)),
        headers={"Content-Type": codecs.LABELS_TYPE, "If-Match": f'"{item["mask_revision"]}"'},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def with_a_truth(loop: Loop) -> str:
    """Have two images labelled and approved and one marked, then ask for three with overlap."""
    loop.to_labelling(k=2)
    for label in (1, 1):
        item = take(loop.annotator, loop)
        assert item is not None
        submit(loop.annotator, item, label)
        approved = loop.reviewer.post(f"/items/{item['id']}/approve", headers={"If-Match": '"1"'})
        assert approved.status_code == 200, approved.text
        image_id = str(item["image"]["id"])
    with loop.sessions.begin() as session:
        for job in finish_jobs(session, loop.world(session).project_id, kind=JobKind.RETRAIN):
            results.trained(session, job.id, TRAINED)
        for job in finish_jobs(session, loop.world(session).project_id, kind=JobKind.EVALUATE):
            results.evaluated(session, job.id, [])
    return image_id


def test_a_lead_marks_what_was_approved_and_sees_how_people_did(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truths, "drawn", lambda *_: 0.0)  # hidden as soon as there is one
    unlabelled = loop.lead.get(f"{loop.path}/images?split=pool").json()["items"][4]["id"]
    problem(loop.lead.put(f"/images/{unlabelled}/truth"), 409, "conflict", "image")
    image_id = with_a_truth(loop)
    made = loop.lead.put(f"/images/{image_id}/truth")
    assert (made.status_code, made.json()["scores"]) == (200, 0)
    problem(loop.lead.put(f"/images/{image_id}/truth"), 409, "conflict", "image")
    with loop.sessions.begin() as session:
        settings = {"hidden_share": 0.5, "hidden_threshold": 0.9}
        to_labelling(loop.world(session), k=3, config=settings)

    ledger = loop.lead.get(f"{loop.path}/budget").json()
    seen, given = [], None
    while (item := take(loop.second, loop)) is not None:
        seen.append(item)
        if item["image"]["id"] == image_id:
            given = item
        submitted = submit(loop.second, item, 0)
        assert submitted["revision"] == 1
    assert given is not None
    # Nothing that the person is shown tells the hidden one from the others.
    for name in ("mask_revision", "state", "blank", "of", "class_list", "returned", "skip_reason"):
        assert len({str(item[name]) for item in seen}) == 1, name
    assert len({item["rank"] for item in seen}) == len(seen)
    assert set(given) == set(seen[0])
    spent = loop.lead.get(f"{loop.path}/budget").json()["spent"] - ledger["spent"]
    assert spent == len(seen) - 1

    [truth] = loop.lead.get(f"{loop.path}/truths").json()["items"]
    assert (truth["image_id"], truth["scores"], truth["mean"]) == (image_id, 1, 0.0)
    body = loop.lead.get(f"{loop.path}/statistics").json()
    figures = {person["name"]: person for person in body["people"]}
    assert figures["second"]["hidden"]["mean"] == 0.0
    assert figures["second"]["hidden"]["flagged_after"] is None  # one item proves nothing
    assert figures["annotator"]["hidden"] is None
    assert body["hidden_threshold"] == 0.7
    assert loop.second.get(f"{loop.path}/statistics/me").json()["labels"] == len(seen)

    for client in (loop.annotator, loop.reviewer):
        problem(client.get(f"{loop.path}/truths"), 403, "forbidden")
        problem(client.put(f"/images/{image_id}/truth"), 403, "forbidden")
    problem(loop.annotator.get(f"{loop.path}/budget/ledger"), 403, "forbidden")
    assert loop.lead.delete(f"/images/{image_id}/truth").status_code == 204
    problem(loop.lead.delete(f"/images/{image_id}/truth"), 404, "not_found")
    acts = [row["act"] for row in loop.lead.get(f"{loop.path}/audit").json()["items"]]
    assert {"truth.marked", "truth.unmarked"} <= set(acts)


def test_several_label_one_image_and_agree_as_far_as_they_do(loop: Loop) -> None:
    made = loop.lead.post(f"{loop.path}/rounds", json={"k": 1, "overlap": 2}).json()
    assert made["config"]["overlap"] == 2
    with loop.sessions.begin() as session:
        to_labelling(loop.world(session), k=1, config={"overlap": 2})
    first, second = take(loop.annotator, loop), take(loop.second, loop)
    assert first is not None
    assert second is not None
    assert first["image"]["id"] == second["image"]["id"]
    submit(loop.annotator, first, 1)
    assert take(loop.annotator, loop) is None
    # Blind: who submits second neither sees nor is stopped by the first one's label.
    assert loop.second.get(f"/items/{second['id']}").json()["mask_revision"] == 0
    problem(loop.second.get(f"/images/{first['image']['id']}/mask"), 403, "forbidden")
    problem(loop.second.get(f"/items/{first['id']}/mask"), 403, "forbidden")
    own = loop.annotator.get(f"/items/{first['id']}/mask")
    assert (codecs.decode_png_labels(own.content) == 1).all()
    assert own.headers["etag"] == '"1"'
    problem(loop.second.get(f"/items/{second['id']}/mask"), 404, "not_found")
    submit(loop.second, second, 0)

    found = loop.lead.get(f"{loop.path}/agreement").json()
    [pair] = found["pairs"]
    assert (pair["first"], pair["second"], pair["images"]) == ("annotator", "second", 1)
    assert (pair["miou"], pair["kappa"]) == (0.0, 0.0)
    assert [each["name"] for each in found["overall"]["classes"]] == ["road", "sky"]
    problem(loop.annotator.get(f"{loop.path}/agreement"), 403, "forbidden")
    me = loop.annotator.get(f"{loop.path}/statistics/me").json()
    assert (me["name"], me["labels"], me["agreement"]) == ("annotator", 1, None)
    assert loop.reviewer.get(f"{loop.path}/statistics/me").json()["labels"] == 0
    waiting = loop.reviewer.get(f"{loop.path}/reviews").json()["items"]
    assert [row["author"]["name"] for row in waiting] == ["annotator", "second"]


@on_sqlite
class TestPlan:
    def plan(self, loop: Loop) -> str:
        made = loop.lead.post(f"{loop.path}/rounds", json={"k": 2, "hidden_share": 0.2})
        assert made.status_code == 201, made.text
        return f"/rounds/{made.json()['id']}/plan"

    def test_may_be_changed_until_the_images_are_chosen(self, loop: Loop) -> None:
        path = self.plan(loop)
        changed = loop.lead.patch(path, json={"overlap": 3, "overlap_share": 0.5}).json()
        assert changed["config"] == {"hidden_share": 0.2, "overlap": 3, "overlap_share": 0.5}
        changed = loop.lead.patch(path, json={"overlap_count": 1, "hidden_share": None}).json()
        assert changed["config"] == {"overlap": 3, "overlap_count": 1}
        acts = [row["act"] for row in loop.lead.get(f"{loop.path}/audit").json()["items"]]
        assert acts.count("round.plan_changed") == 2
        problem(loop.annotator.patch(path, json={}), 403, "forbidden")
        chosen = loop.to_labelling(k=1)
        problem(loop.lead.patch(f"/rounds/{chosen}/plan", json={}), 409, "conflict", "round")

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"overlap": 6}, "overlap"),
            ({"overlap_share": 1.1}, "overlap_share"),
            ({"hidden_share": 0.6}, "hidden_share"),
            ({"overlap_share": 0.1, "overlap_count": 1}, "body"),
        ],
    )
    def test_refuses_what_is_out_of_bounds(
        self, loop: Loop, given: dict[str, object], field: str
    ) -> None:
        path = self.plan(loop)
        body = loop.lead.patch(path, json=given).json()
        assert body["type"] == "invalid"
        assert [each["name"] for each in body["fields"]] == [field]

    def test_regions_have_no_known_truth(self, loop: Loop) -> None:
        given = {"k": 1, "regions": 2, "hidden_share": 0.1}
        assert loop.lead.post(f"{loop.path}/rounds", json=given).status_code == 422
        made = loop.lead.post(f"{loop.path}/rounds", json={"k": 1, "regions": 2}).json()
        path = f"/rounds/{made['id']}/plan"
        problem(loop.lead.patch(path, json={"hidden_share": 0.1}), 422, "invalid", "hidden_share")

    def test_more_people_than_members_are_refused_at_the_start(self, loop: Loop) -> None:
        made = loop.lead.post(f"{loop.path}/rounds", json={"k": 1, "overlap": 5}).json()
        answer = loop.lead.post(f"/rounds/{made['id']}/start")
        body = problem(answer, 409, "conflict", "overlap")
        assert body["detail"] == (
            "The round asks 5 people about an image; the project has 4 members."
        )

    def test_the_projects_own_settings_are_the_start(self, loop: Loop) -> None:
        etag = loop.lead.get(loop.path).json()["etag"]
        settings = {"hidden_share": 0.1, "hidden_threshold": 0.8, "overlap": 2}
        changed = loop.lead.patch(
            loop.path, json={"settings": settings}, headers={"If-Match": etag}
        )
        assert changed.status_code == 200, changed.text
        made = loop.lead.post(f"{loop.path}/rounds", json={"k": 1}).json()
        assert made["config"] == settings
        assert loop.lead.get(f"{loop.path}/statistics").json()["hidden_threshold"] == 0.8
