from typing import Any

import pytest
from fastapi.testclient import TestClient

from server import codecs
from tests.server.api.conftest import Login, Loop, problem
from tests.world import label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LABELS = {"Content-Type": codecs.LABELS_TYPE}
SEEN = {"If-Match": '"1"'}


def submitted(loop: Loop, client: TestClient) -> dict[str, Any]:
    """Have someone take and submit an item; return it as it was taken."""
    item: dict[str, Any] = client.post(f"{loop.path}/items/take").json()
    answer = client.post(
        f"/items/{item['id']}/submit?lease_id={item['lease']['id']}&active_seconds=1&strokes=2",
        content=codecs.encode_labels(label_map(1)),
        headers={**LABELS, "If-Match": f'"{item["mask_revision"]}"'},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["iou"] == 0
    return item


def test_the_queue_shows_who_drew_it_and_what_it_took(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = submitted(loop, loop.annotator)
    [row] = loop.reviewer.get(f"{loop.path}/reviews").json()["items"]
    assert (row["item_id"], row["author"]["name"]) == (item["id"], "annotator")
    assert row["confusion"] == [[0, 1, 24]]
    assert (row["iou_by_class"], row["strokes"]) == ({"0": 0.0, "1": 0.0}, 2)
    assert loop.reviewer.get(f"/items/{item['id']}/submitted").json() == row
    approved = loop.reviewer.post(f"/items/{item['id']}/approve", headers=SEEN).json()
    assert (approved["verdict"], approved["reviewer"]) == ("approved", "reviewer")
    assert loop.reviewer.get(f"{loop.path}/reviews").json()["items"] == []
    acts = [entry["act"] for entry in loop.lead.get(f"{loop.path}/audit").json()["items"]]
    assert "item.approved" in acts


def test_a_returned_item_comes_back_with_its_remarks(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = submitted(loop, loop.annotator)
    path = f"/items/{item['id']}"
    remark = {"x": 3, "y": 2, "text": "the kerb is road"}
    back = loop.reviewer.post(f"{path}/return", json={"remarks": [remark]}, headers=SEEN)
    assert back.status_code == 200, back.text

    again = loop.annotator.post(f"{loop.path}/items/take").json()

    assert (again["id"], again["mask_revision"]) == (item["id"], 1)
    assert again["returned"]["reviewer"] == "reviewer"
    assert again["returned"]["remarks"] == [remark]
    assert loop.lead.get(f"{loop.path}/budget").json()["spent"] == 1
    fixed = loop.reviewer.post(
        f"{path}/fix", content=codecs.encode_labels(label_map(0)), headers={**LABELS, **SEEN}
    )
    problem(fixed, 409, "conflict", "item")
    lease = {"lease_id": again["lease"]["id"]}
    assert loop.annotator.post(f"{path}/release", json=lease).status_code == 204
    fixed = loop.reviewer.post(
        f"{path}/fix", content=codecs.encode_labels(label_map(0)), headers={**LABELS, **SEEN}
    )
    assert fixed.json()["verdict"] == "fixed"
    verdicts = [row["verdict"] for row in loop.reviewer.get(f"{path}/reviews").json()]
    assert verdicts == ["fixed", "returned"]

    first = loop.reviewer.get(f"/images/{item['image']['id']}/masks").json()["items"][1]
    back = loop.lead.post(f"/masks/{first['id']}/restore", headers={"If-Match": '"2"'})
    assert back.json()["revision"] == 3
    [row] = loop.reviewer.get(f"{loop.path}/reviews").json()["items"]
    assert (row["revision"], row["author"]["name"], row["active_seconds"]) == (3, "annotator", None)


def test_only_reviewers_review_and_only_what_they_have_seen(loop: Loop) -> None:
    loop.to_labelling(k=2)
    path = f"/items/{submitted(loop, loop.annotator)['id']}"
    problem(loop.annotator.get(f"{loop.path}/reviews"), 403, "forbidden")
    problem(loop.second.post(f"{path}/approve", headers=SEEN), 403, "forbidden")
    problem(loop.admin.post(f"{path}/approve", headers=SEEN), 403, "forbidden")
    problem(loop.reviewer.post(f"{path}/approve"), 428, "precondition_required")
    stale = loop.reviewer.post(f"{path}/approve", headers={"If-Match": '"2"'})
    assert problem(stale, 412, "stale_version")["current"] == "1"
    assert stale.headers["etag"] == '"1"'
    own = f"/items/{submitted(loop, loop.lead)['id']}"
    problem(loop.lead.post(f"{own}/approve", headers=SEEN), 403, "forbidden")
    for remarks in ([], [{"x": 0, "y": 0, "text": "  "}], [{"x": -1, "y": 0, "text": "a"}]):
        answer = loop.reviewer.post(f"{path}/return", json={"remarks": remarks}, headers=SEEN)
        assert answer.status_code == 422, remarks


def test_a_stale_submission_is_412_and_kept(loop: Loop) -> None:
    loop.to_labelling(k=2)
    item = submitted(loop, loop.annotator)
    answer = loop.annotator.post(
        f"/items/{item['id']}/submit?lease_id={item['lease']['id']}",
        content=codecs.encode_labels(label_map(0)),
        headers={**LABELS, "If-Match": '"0"', "Idempotency-Key": "tab"},
    )
    body = problem(answer, 412, "stale_version")
    assert body["draft_id"]
    assert loop.annotator.get(f"/items/{item['id']}/draft").status_code == 200
    assert loop.annotator.get(f"{loop.path}/drafts").json() == [], "it is submitted, not free"


def test_preferences_are_a_persons_own_and_hold_for_all_sign_ins(loop: Loop, login: Login) -> None:
    keys = {"tool.brush": [{"code": "KeyQ", "ctrl": False, "shift": True, "alt": False}]}
    assert loop.annotator.get("/preferences").json() == {}
    changed = loop.annotator.patch("/preferences", json={"language": "ko", "keys": keys})
    assert changed.json() == {"language": "ko", "keys": keys}
    loop.annotator.patch("/preferences", json={"theme": "light", "keys": None})
    assert login("annotator").get("/preferences").json() == {"language": "ko", "theme": "light"}
    assert loop.second.get("/preferences").json() == {}
    problem(
        loop.annotator.patch("/preferences", json={"language": "tlh"}), 422, "invalid", "language"
    )
    bad = {"keys": {"tool.brush": [{"code": "<img>"}]}}
    assert loop.annotator.patch("/preferences", json=bad).status_code == 422
