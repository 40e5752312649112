import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from server import codecs
from server.db.engine import now
from server.db.models import Budget, Lease, User
from server.services import items, tokens
from tests.server.api.conftest import Loop, problem
from tests.world import HEIGHT, WIDTH, label_map

Json = dict[str, Any]

LABELS = {"Content-Type": codecs.LABELS_TYPE}


def take(loop: Loop, client: TestClient) -> Json:
    answer = client.post(f"{loop.path}/items/take")
    assert answer.status_code == 200, answer.text
    item: Json = answer.json()
    item["submit"] = f"/items/{item['id']}/submit?lease_id={item['lease']['id']}"
    return item


def test_an_item_goes_from_take_to_submit_and_the_mask_reads_back_equal(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = take(loop, loop.annotator)
    assert (item["rank"], item["of"], item["state"]) == (1, 2, "leased")
    assert (item["image"]["width"], item["image"]["height"]) == (WIDTH, HEIGHT)
    assert item["class_list"]["classes"][1]["name"] == "sky"
    assert 500 < item["lease"]["seconds_left"] <= 600
    guess = loop.annotator.get(
        f"/items/{item['id']}/prediction", headers={"Accept": codecs.LABELS_TYPE}
    )
    labels = codecs.decode_labels(guess.content)
    before = loop.annotator.get(f"{loop.path}/budget").json()
    labels[0, :2] = 1 - labels[0, :2]

    done = loop.annotator.post(
        item["submit"] + "&active_seconds=2.5&strokes=3",
        content=codecs.encode_labels(labels),
        headers=LABELS,
    )

    assert done.status_code == 200, done.text
    body = done.json()
    assert (body["changed_pixels"], body["revision"]) == (2, 1)
    assert set(body["by_class"][0]) == {"from", "to", "pixels"}
    assert (before["left"], body["budget"]["left"], body["budget"]["spent"]) == (9, 9, 1)
    mask = loop.annotator.get(f"/images/{item['image']['id']}/mask")
    assert mask.headers["content-type"] == "image/png"
    assert mask.headers["etag"] == '"1"'
    assert np.array_equal(codecs.decode_png_labels(mask.content), labels)
    run_lengths = loop.lead.get(f"/masks/{body['mask_id']}", headers={"Accept": codecs.LABELS_TYPE})
    assert np.array_equal(codecs.decode_labels(run_lengths.content), labels)


def test_taking_again_gives_the_same_item_and_prefetch_the_next(loop: Loop) -> None:
    loop.to_labelling(k=2)
    first = take(loop, loop.annotator)
    assert take(loop, loop.annotator)["id"] == first["id"]
    following = loop.annotator.post(f"{loop.path}/items/take?prefetch=true").json()
    assert following["id"] != first["id"]
    assert loop.second.post(f"{loop.path}/items/take").status_code == 204


def test_a_replayed_submission_gets_the_first_answer_and_charges_once(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = take(loop, loop.annotator)
    body = codecs.encode_labels(label_map(1))
    send: Json = {"content": body, "headers": {**LABELS, "Idempotency-Key": "a"}}

    first = loop.annotator.post(item["submit"], **send)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: loop.annotator.post(item["submit"], **send), range(4)))

    assert {answer.status_code for answer in again} == {200}
    assert all(answer.json() == first.json() for answer in again)
    assert all(answer.headers["idempotent-replayed"] == "true" for answer in again)
    assert loop.lead.get(f"{loop.path}/budget").json()["spent"] == 1
    other = {**send, "content": codecs.encode_labels(label_map(0))}
    problem(
        loop.annotator.post(item["submit"], **other),
        422,
        "idempotency_mismatch",
        "Idempotency-Key",
    )


def test_parallel_first_submissions_with_one_key_have_one_effect(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = take(loop, loop.annotator)
    headers = {**LABELS, "Idempotency-Key": "parallel"}
    body = codecs.encode_labels(label_map(1))

    def send(_: int) -> tuple[int, Json]:
        answer = loop.annotator.post(item["submit"], content=body, headers=headers)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert [status for status, _ in answers] == [200] * 4
    assert all(body == answers[0][1] for _, body in answers)
    assert loop.lead.get(f"{loop.path}/budget").json()["spent"] == 1


@pytest.mark.parametrize(
    ("content", "kind", "status", "type_"),
    [
        (codecs.encode_labels(np.zeros((3, 3), np.uint8)), codecs.LABELS_TYPE, 422, "invalid"),
        (codecs.encode_labels(label_map(9)), codecs.LABELS_TYPE, 422, "invalid"),
        (codecs.encode_png(label_map(9)), "image/png", 422, "invalid"),
        (b"rubbish", codecs.LABELS_TYPE, 422, "invalid"),
        (b"", codecs.LABELS_TYPE, 422, "invalid"),
        (b"rubbish", "image/png", 415, "unsupported_media"),
        (codecs.encode_png(label_map(1)), "text/plain", 415, "unsupported_media"),
    ],
)
def test_a_bad_mask_is_refused_by_its_field_and_changes_nothing(
    loop: Loop, content: bytes, kind: str, status: int, type_: str
) -> None:
    loop.to_labelling(k=1)
    item = take(loop, loop.annotator)
    before = loop.lead.get(f"{loop.path}/budget").json()

    answer = loop.annotator.post(item["submit"], content=content, headers={"Content-Type": kind})

    problem(answer, status, type_, "mask")
    assert loop.lead.get(f"{loop.path}/budget").json() == before
    assert loop.lead.get(f"/images/{item['image']['id']}/mask").status_code == 404


def test_bytes_that_were_changed_on_their_way_are_refused(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = take(loop, loop.annotator)
    body = codecs.encode_labels(label_map(1))
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {**LABELS, "Content-Digest": f"sha-256=:{digest}:", "Idempotency-Key": "digest"}
    other = codecs.encode_labels(label_map(0))
    for content, given in ((other, headers), (body, headers | {"Content-Digest": "sha-256=:AA=:"})):
        answer = loop.annotator.post(item["submit"], content=content, headers=given)
        problem(answer, 422, "invalid", "Content-Digest")
    assert loop.lead.get(f"{loop.path}/budget").json()["spent"] == 0
    assert loop.annotator.post(item["submit"], content=body, headers=headers).status_code == 200


def test_classes_that_change_while_someone_draws_void_nothing(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = take(loop, loop.annotator)
    fewer = [{"id": 0, "name": "street", "colour": "#804080"}]
    assert loop.lead.put(f"{loop.path}/classes", json={"classes": fewer}).status_code == 200
    sky: Json = {"content": codecs.encode_labels(label_map(1)), "headers": LABELS}
    draft: Json = {**sky, "headers": {**LABELS, "If-Match": '"0"'}}
    assert loop.annotator.put(f"/items/{item['id']}/draft", **draft).status_code == 200
    again = take(loop, loop.annotator)
    assert again["class_list"] == item["class_list"]
    done = loop.annotator.post(item["submit"], **sky)
    assert done.status_code == 200
    mask = loop.lead.get(f"/masks/{done.json()['mask_id']}")
    assert np.array_equal(codecs.decode_png_labels(mask.content), label_map(1))


def test_a_late_submission_is_kept_as_a_draft_and_named(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = take(loop, loop.annotator)
    with loop.sessions.begin() as session:
        session.execute(update(Lease).values(expires_at=now(session)))
    taken = loop.second.post(f"{loop.path}/items/take")
    if taken.status_code == 204:  # the tick has not ended the lease yet
        with loop.sessions.begin() as session:
            items.expire_leases(session)
        taken = loop.second.post(f"{loop.path}/items/take")
    assert taken.json()["id"] == item["id"]
    headers = {**LABELS, "Idempotency-Key": "late"}

    answer = loop.annotator.post(
        item["submit"], content=codecs.encode_labels(label_map(1)), headers=headers
    )

    body = problem(answer, 409, "assignment_superseded")
    assert body["draft_id"]
    kept = loop.annotator.get(f"/items/{item['id']}/draft")
    assert np.array_equal(codecs.decode_png_labels(kept.content), label_map(1))
    assert loop.second.get(f"/items/{item['id']}/draft").status_code == 404


def test_heartbeat_release_skip_and_drafts(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = take(loop, loop.annotator)
    lease = {"lease_id": item["lease"]["id"]}
    path = f"/items/{item['id']}"
    assert loop.annotator.post(f"{path}/heartbeat", json=lease).json()["seconds_left"] == 600
    assert loop.second.post(f"{path}/heartbeat", json=lease).status_code == 404
    body = codecs.encode_labels(label_map(1))
    for revision in (1, 2):
        saved = loop.annotator.put(f"{path}/draft", content=body, headers=LABELS)
        assert saved.json()["revision"] == revision
    assert loop.annotator.post(f"{path}/release", json=lease).status_code == 204
    problem(loop.annotator.post(f"{path}/heartbeat", json=lease), 409, "assignment_superseded")
    again = take(loop, loop.annotator)
    skip = {"lease_id": again["lease"]["id"], "reason": "too dark"}
    assert loop.annotator.post(f"/items/{again['id']}/skip", json=skip).status_code == 204
    assert loop.lead.get(f"/items/{again['id']}").json()["skip_reason"] == "too dark"
    assert loop.lead.get(f"{loop.path}/budget").json()["left"] == 10
    kinds = [entry["kind"] for entry in loop.lead.get(f"{loop.path}/budget/ledger").json()["items"]]
    assert kinds == ["refund", "reserve", "refund", "reserve", "grant"]


def test_twelve_takes_at_once_of_a_budget_of_three_lease_exactly_three(loop: Loop) -> None:
    loop.to_labelling(k=5)
    with loop.sessions.begin() as session:
        world = loop.world(session)
        session.execute(update(Budget).values(granted=3))
        people = [world.add_person() for _ in range(12)]
        secrets = [
            tokens.create(session, session.get_one(User, person), name="t")[1] for person in people
        ]

    def attempt(secret: str) -> int:
        return loop.lead.post(
            f"{loop.path}/items/take", headers={"Authorization": f"Bearer {secret}"}
        ).status_code

    with ThreadPoolExecutor(12) as pool:
        codes = sorted(pool.map(attempt, secrets))

    # Where rows have locks, a taker that finds every open item locked is told that none is left.
    assert codes[:3] == [200] * 3
    assert set(codes[3:]) <= {204, 409}
    assert loop.lead.get(f"{loop.path}/budget").json()["reserved"] == 3


def test_items_of_a_round_are_paged_by_rank_with_their_holders(loop: Loop) -> None:
    round_id = loop.to_labelling(k=3)
    take(loop, loop.annotator)
    page = loop.reviewer.get(f"/rounds/{round_id}/items?limit=2").json()
    rest = loop.reviewer.get(page["next"].removeprefix("/api/v1")).json()
    assert [item["rank"] for item in page["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None
    assert page["items"][0]["lease"]["user"]["name"] == "annotator"
    assert page["items"][1]["lease"] is None


def test_an_uncertainty_map_is_a_png_that_never_changes(loop: Loop) -> None:
    loop.to_labelling(k=1)
    item = take(loop, loop.annotator)
    answer = loop.annotator.get(f"/items/{item['id']}/uncertainty")
    assert answer.headers["content-type"] == "image/png"
    again = loop.annotator.get(
        f"/items/{item['id']}/uncertainty", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
