"""What a lead asks for by HTTP: budgets, advice, evidence, models, the audit's chain."""

import csv
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import select, update

from server import codecs
from server.db.models import AuditEntry, Item, Model, User
from server.rules.images import VOID
from tests.server.api.conftest import Loop, problem
from tests.world import HEIGHT, WIDTH, label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LABELS = {"Content-Type": codecs.LABELS_TYPE}


def submit(loop: Loop) -> str:
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    answer = loop.annotator.post(
        f"/items/{item['id']}/submit?lease_id={item['lease']['id']}&active_seconds=0",
        content=codecs.encode_labels(label_map(1)),
        headers=LABELS,
    )
    assert answer.status_code == 200, answer.text
    return str(item["id"])


def pot(loop: Loop, **given: Any) -> Any:
    return loop.lead.put(f"{loop.path}/budget/pots", json=given)


def test_pots_rates_transfers_and_the_statement(loop: Loop) -> None:
    round_id = loop.to_labelling(k=4)
    assert pot(loop, unit="pixels", granted=1000).status_code == 200
    assert pot(loop, unit="images", granted=2, round_id=str(round_id)).status_code == 200
    rate = {"unit": "images", "rate": 3, "currency": "EUR"}
    assert loop.lead.put(f"{loop.path}/budget/rate", json=rate).status_code == 200
    submit(loop)
    with loop.sessions() as session:
        user_id = session.scalars(select(User.id).where(User.name == "annotator")).one()
    assert pot(loop, unit="images", granted=1, user_id=str(user_id)).status_code == 200
    moved = loop.lead.post(
        f"{loop.path}/budget/transfers",
        json={
            "amount": 1,
            "giver": {"round_id": str(round_id)},
            "taker": {"user_id": str(user_id)},
        },
    )
    assert moved.status_code == 200, moved.text
    pots = {(each["holder"], each["unit"]): each for each in moved.json()["pots"]}
    assert pots["project", "images"]["money_spent"] == 3
    assert pots["project", "pixels"]["spent"] == WIDTH * HEIGHT
    assert (pots[f"round:{round_id}", "images"]["granted"]) == 1
    assert pots[f"person:{user_id}", "images"]["granted"] == 2
    problem(pot(loop, unit="images", granted=0), 409, "below_reserved", "granted")
    [share, _] = loop.lead.get(f"{loop.path}/budget/shares").json()["shares"]
    assert (share["person"], share["round"], share["money"]) == ("annotator", 1, 3)
    statement = loop.lead.get(f"{loop.path}/budget/statement.csv")
    assert statement.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(statement.text.splitlines()))
    assert [row["kind"] for row in rows if row["unit"] == "pixels"] == [
        "grant",
        "reserve",
        "spend",
    ]
    problem(loop.annotator.get(f"{loop.path}/budget/statement.csv"), 403, "forbidden")


def test_a_transfer_or_an_amount_sent_twice_with_one_key_counts_once(loop: Loop) -> None:
    with loop.sessions() as session:
        user_id = str(session.scalars(select(User.id).where(User.name == "annotator")).one())
    assert pot(loop, unit="images", granted=2, user_id=user_id).status_code == 200
    budget, key = f"{loop.path}/budget", {"Idempotency-Key": "once"}
    move = {"amount": 3, "giver": {}, "taker": {"user_id": user_id}}
    sent = [loop.lead.post(f"{budget}/transfers", json=move, headers=key) for _ in "ab"]
    assert sent[0].json() == sent[1].json()
    assert "idempotent-replayed" in sent[1].headers
    other = loop.lead.post(f"{budget}/transfers", json={**move, "amount": 4}, headers=key)
    problem(other, 422, "idempotency_mismatch", "Idempotency-Key")
    entries = loop.lead.get(f"{budget}/ledger").json()["items"]
    assert [entry["amount"] for entry in entries if entry["kind"] == "transfer_in"] == [3]
    key = {"Idempotency-Key": "set"}
    for granted in (9, 9):
        given = {"unit": "images", "granted": granted, "user_id": user_id}
        assert loop.lead.put(f"{budget}/pots", json=given, headers=key).status_code == 200
    acts = [row["act"] for row in loop.lead.get(f"{loop.path}/audit").json()["items"]]
    assert (acts.count("budget.transferred"), acts.count("budget.set")) == (1, 2)


def test_budget_goes_only_into_projects_that_one_leads_too(loop: Loop) -> None:
    other = loop.outsider.post("/projects", json={"name": "theirs"}).json()["id"]
    given = {"amount": 1, "giver": {}, "taker": {"project_id": other}}
    problem(loop.lead.post(f"{loop.path}/budget/transfers", json=given), 404, "not_found")


def test_advice_is_silent_and_says_why(loop: Loop) -> None:
    body = loop.annotator.get(f"{loop.path}/advice").json()
    assert body["advice"] is None
    assert "3 measured rounds" in body["silent_because"]
    assert loop.annotator.get(f"{loop.path}/advice/forecasts").json()["items"] == []


def test_evidence_and_ones_own_statistics(loop: Loop) -> None:
    loop.to_labelling(k=2)
    submit(loop)
    body = loop.annotator.get(f"{loop.path}/evidence").json()
    assert body["pseudo_labels"] == [{"round": 1, "images": 1, "accuracy": 0.0}]
    assert body["effort_saved"] is None
    for client, names in ((loop.lead, ["annotator"]), (loop.second, [])):
        people = client.get(f"{loop.path}/statistics").json()["people"]
        assert [person["name"] for person in people] == names


def test_a_blank_start_hides_the_models_mask_until_the_label_is_in(loop: Loop) -> None:
    loop.to_labelling(k=2)
    with loop.sessions.begin() as session:
        session.execute(update(Item).values(blank=True))
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    assert item["blank"] is True
    path = f"/items/{item['id']}/prediction"
    shown = codecs.decode_png_labels(loop.annotator.get(path).content)
    assert shown.shape == (HEIGHT, WIDTH)
    assert set(np.unique(shown)) == {VOID}
    submit(loop)
    shown = codecs.decode_png_labels(loop.annotator.get(path).content)
    assert set(np.unique(shown)) == {0}


def test_models_serve_are_fetched_and_taken_back(loop: Loop) -> None:
    loop.to_labelling(k=1)
    [model] = loop.lead.get(f"{loop.path}/models").json()["items"]
    assert model["serving"] is True
    [decision] = loop.lead.get(f"{loop.path}/promotions").json()["items"]
    assert (decision["outcome"], decision["reason"]) == ("promoted", "the first model")
    with loop.sessions.begin() as session:
        row = session.get_one(Model, UUID(model["id"]))
        row.files = {"model.safetensors": loop.blobs.put(b"weights")}
    files = f"/models/{model['id']}/files"
    assert loop.annotator.get(f"{files}/model.safetensors").content == b"weights"
    problem(loop.annotator.get(f"{files}/other"), 404, "not_found")
    rollback = loop.lead.post(f"{loop.path}/models/rollback")
    problem(rollback, 409, "conflict", "model")
    problem(loop.lead.post(f"/models/{model['id']}/promote"), 409, "conflict", "model")
    job = loop.lead.post(f"{loop.path}/predictions", json={"folder": None})
    assert (job.status_code, job.json()["kind"]) == (202, "predict")
    problem(loop.lead.get(f"/jobs/{job.json()['id']}/file"), 409, "conflict", "state")
    outside = loop.lead.post(f"{loop.path}/predictions", json={"folder": "/etc"})
    problem(outside, 422, "invalid", "folder")


def test_one_changed_act_breaks_the_chain(loop: Loop) -> None:
    loop.lead.post(f"{loop.path}/budget/grants", json={"images": 3})
    loop.lead.post(f"{loop.path}/budget/grants", json={"images": 4})
    check = f"{loop.path}/audit/check"
    assert loop.lead.get(check).json()["broken_at"] is None
    with loop.sessions.begin() as session:
        first = session.scalars(
            select(AuditEntry).where(AuditEntry.project_id == loop.project_id).limit(1)
        ).one()
        first.details = {"images": 300}
    assert loop.lead.get(check).json()["broken_at"] == 1
