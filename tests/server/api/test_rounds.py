from uuid import UUID

from sqlalchemy import delete, update

from server.db.models import Budget, Image, Job, Mask, Round
from server.rules.images import Split
from server.rules.jobs import JobKind, JobState
from server.services.rounds import STRATEGIES
from tests.server.api.conftest import Loop, problem
from tests.servers.queue import RecordingQueue


def make(loop: Loop, **fields: object) -> str:
    answer = loop.lead.post(f"{loop.path}/rounds", json={"k": 2, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_round_is_a_draft_until_it_is_started(loop: Loop, queue: RecordingQueue) -> None:
    made = loop.lead.post(
        f"{loop.path}/rounds", json={"k": 2, "strategy": "margin", "steps": 5, "seed": 7}
    ).json()
    assert (made["number"], made["state"], made["jobs"]) == (1, "draft", [])
    assert (made["recipe"], made["config"]) == ("stal", {"steps": 5})
    assert queue.sent == []

    started = loop.lead.post(f"/rounds/{made['id']}/start")

    assert started.status_code == 202
    body = started.json()
    assert (body["state"], body["jobs"][0]["kind"]) == ("warming_up", "warm_up")
    job = loop.lead.get(started.headers["location"].removeprefix("/api/v1")).json()
    assert (job["state"], job["round_id"]) == ("queued", made["id"])
    assert queue.sent == [(UUID(job["id"]), "gpu")]


def test_every_strategy_that_the_service_knows_can_be_asked_for(loop: Loop) -> None:
    assert {loop.lead.get(f"/rounds/{make(loop, strategy=name)}").json()["strategy"]
            for name in STRATEGIES} == set(STRATEGIES)  # fmt: skip


def test_a_second_start_and_a_second_round_are_refused(loop: Loop) -> None:
    first, second = make(loop), make(loop)
    assert loop.lead.post(f"/rounds/{first}/start").status_code == 202
    problem(loop.lead.post(f"/rounds/{first}/start"), 409, "illegal_transition", "state")
    problem(loop.lead.post(f"/rounds/{second}/start"), 409, "round_running", "round")
    assert loop.lead.get(f"/rounds/{second}").json()["state"] == "draft"


def test_a_start_sent_twice_with_one_key_starts_once(loop: Loop, queue: RecordingQueue) -> None:
    round_id = make(loop)
    headers = {"Idempotency-Key": f"start-{round_id}"}
    answers = [loop.lead.post(f"/rounds/{round_id}/start", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert answers[1].json() == answers[0].json()
    assert answers[1].headers["location"] == answers[0].headers["location"]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert len(queue.sent) == 1


def test_a_start_without_what_it_needs_says_what_is_missing(loop: Loop) -> None:
    round_id = make(loop)
    start = f"/rounds/{round_id}/start"
    with loop.sessions.begin() as session:
        session.execute(update(Budget).values(granted=0))
    problem(loop.lead.post(start), 409, "budget_exhausted", "budget")
    with loop.sessions.begin() as session:
        session.execute(delete(Image).where(Image.split == Split.POOL))
    problem(loop.lead.post(start), 409, "no_target_images", "target")
    with loop.sessions.begin() as session:
        session.execute(delete(Mask))
    problem(loop.lead.post(start), 409, "no_source_labels", "source")
    assert loop.lead.get(f"/rounds/{round_id}").json()["jobs"] == []


def test_a_bad_round_is_refused_by_its_field(loop: Loop) -> None:
    path = f"{loop.path}/rounds"
    for field, value in (
        ("k", 0), ("k", -1), ("k", 10**9), ("strategy", "guess"), ("seed", -1), ("recipe", "x"),
        ("steps", 0), ("initial", "x"), ("colour", "red"),
    ):  # fmt: skip
        problem(loop.lead.post(path, json={"k": 1, field: value}), 422, "invalid", field)
    assert loop.lead.get(path).json()["items"] == []


def test_a_cancelled_round_ends_its_leases_and_its_jobs(loop: Loop) -> None:
    round_id = loop.to_labelling(k=2)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    body = loop.lead.post(f"/rounds/{round_id}/cancel").json()
    assert body["state"] == "cancelled"
    assert loop.lead.get(f"{loop.path}/budget").json()["reserved"] == 0
    lease = {"lease_id": item["lease"]["id"]}
    problem(
        loop.annotator.post(f"/items/{item['id']}/heartbeat", json=lease),
        409,
        "assignment_superseded",
    )
    problem(loop.lead.post(f"/rounds/{round_id}/cancel"), 409, "illegal_transition", "state")


def test_labelling_closes_early_only_with_a_label(loop: Loop) -> None:
    round_id = loop.to_labelling(k=2)
    problem(loop.lead.post(f"/rounds/{round_id}/close-labelling"), 409, "conflict", "state")


def test_failed_jobs_are_retried(loop: Loop) -> None:
    round_id = make(loop)
    loop.lead.post(f"/rounds/{round_id}/start")
    problem(loop.lead.post(f"/rounds/{round_id}/retry"), 409, "conflict", "state")
    with loop.sessions.begin() as session:
        session.execute(update(Job).values(state=JobState.FAILED, error="it broke"))
    assert loop.lead.get(f"/rounds/{round_id}").json()["jobs"][0]["error"] == "it broke"
    again = loop.lead.post(f"/rounds/{round_id}/retry")
    assert again.status_code == 202
    assert again.json()["jobs"][0]["state"] == "queued"


def test_the_selection_lists_every_candidate_and_the_manifest_is_whole(loop: Loop) -> None:
    round_id = loop.to_labelling(k=2)
    page = loop.reviewer.get(f"/rounds/{round_id}/selection?limit=3").json()
    rest = loop.reviewer.get(page["next"].removeprefix("/api/v1")).json()
    rows = page["items"] + rest["items"]
    assert len({row["name"] for row in rows}) == 5
    assert sorted((row["score"] for row in rows), reverse=True) == [row["score"] for row in rows]
    assert sum(row["chosen"] for row in rows) == 2
    manifest = loop.reviewer.get(f"/rounds/{round_id}/manifest").json()
    assert len(manifest["candidates"]) == 5
    assert len(manifest["chosen"]) == 2
    draft = make(loop)
    problem(loop.lead.get(f"/rounds/{draft}/manifest"), 404, "not_found")
    for path in ("selection", "manifest"):
        problem(loop.annotator.get(f"/rounds/{round_id}/{path}"), 403, "forbidden")


def test_a_rounds_list_is_newest_first_with_its_counts(loop: Loop) -> None:
    loop.to_labelling(k=2)
    make(loop)
    rows = loop.annotator.get(f"{loop.path}/rounds").json()["items"]
    assert [row["number"] for row in rows] == [2, 1]
    rest = dict.fromkeys(("leased", "submitted", "skipped", "returned"), 0)
    assert rows[1]["items"] == {"total": 2, "open": 2, **rest}
    assert rows[1]["model"]["version"] == 1


def test_jobs_are_listed_cancelled_and_read(loop: Loop) -> None:
    round_id = make(loop)
    loop.lead.post(f"/rounds/{round_id}/start")
    [job] = loop.annotator.get(f"{loop.path}/jobs?kind=warm_up&state=queued").json()["items"]
    assert loop.annotator.get(f"{loop.path}/jobs?kind=import").json()["items"] == []
    assert loop.annotator.get(f"/jobs/{job['id']}/log").json()["items"] == []
    assert loop.lead.post(f"/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    problem(loop.lead.post(f"/jobs/{job['id']}/cancel"), 409, "conflict", "state")


def test_what_a_plan_costs_is_told_and_nothing_is_made(loop: Loop) -> None:
    preview = f"{loop.path}/rounds/preview"
    plan = {"k": 4, "overlap": 2, "overlap_share": 0.5, "validation_labels": 1, "hidden_share": 0.2}
    told = loop.lead.post(preview, json=plan).json()
    assert told == {
        "k": 4, "labels": 6, "people": 2, "several": 2, "validation": 1, "hidden": 1, "groups": 1,
        "unlabelled": 5, "left": 10, "money": None, "currency": None,
    }  # fmt: skip
    assert loop.lead.post(preview, json={"whole_budget": True, "overlap": 3}).json()["k"] == 3
    problem(
        loop.lead.post(preview, json={"k": 1, "group_quota": "x"}), 422, "invalid", "group_quota"
    )
    problem(loop.annotator.post(preview, json={"k": 1}), 403, "forbidden")
    assert loop.lead.get(f"{loop.path}/rounds").json()["items"] == []


def test_acts_sent_twice_with_one_key_are_done_once(loop: Loop) -> None:
    headers = {"Idempotency-Key": "plan"}
    twice = [loop.lead.post(f"{loop.path}/rounds", json={"k": 1}, headers=headers) for _ in "ab"]
    assert twice[0].json()["id"] == twice[1].json()["id"]
    one = f"/rounds/{loop.to_labelling(k=2)}"
    for act, body in (("pause", {"reason": "fog"}), ("resume", {}), ("cancel", {})):
        headers = {"Idempotency-Key": act}
        sent = [loop.lead.post(f"{one}/{act}", json=body, headers=headers) for _ in "ab"]
        assert [answer.status_code for answer in sent] == [200, 200], act
        assert sent[0].json() == sent[1].json()
    acts = [row["act"] for row in loop.lead.get(f"{one}/history").json()["items"]]
    assert acts == ["cancelled", "resumed", "paused", "chosen", "warmed_up", "started", "planned"]
    problem(loop.lead.post(f"{one}/cancel"), 409, "illegal_transition", "state")


def test_a_rounds_history_names_people(loop: Loop) -> None:
    round_id = make(loop)
    loop.lead.post(f"/rounds/{round_id}/start")
    loop.lead.post(f"/rounds/{round_id}/pause", json={"reason": "fog"})
    [paused, started, planned] = loop.annotator.get(f"/rounds/{round_id}/history").json()["items"]
    assert (paused["act"], paused["reason"], paused["actor"]) == ("paused", "fog", "lead")
    assert (started["act"], started["state"]) == ("started", "warming_up")
    assert (planned["act"], planned["number"]) == ("planned", 1)
    assert loop.lead.get(f"/rounds/{round_id}").json()["spent"] == {
        "labels": 0, "planned": 2, "seconds": None,
    }  # fmt: skip


def test_a_replay_is_a_job_and_one_at_a_time(loop: Loop, queue: RecordingQueue) -> None:
    draft = make(loop)
    problem(loop.lead.post(f"/rounds/{draft}/replays"), 409, "conflict", "round")
    round_id = loop.to_labelling(k=2)
    path = f"/rounds/{round_id}/replays"
    job = loop.lead.post(path)
    assert (job.status_code, job.json()["kind"], job.json()["state"]) == (202, "replay", "queued")
    assert queue.sent[-1] == (UUID(job.json()["id"]), "gpu")
    assert loop.lead.post(path).json()["id"] == job.json()["id"]
    assert [row["id"] for row in loop.reviewer.get(path).json()["items"]] == [job.json()["id"]]
    problem(loop.annotator.get(path), 403, "forbidden")
    assert loop.lead.get(f"/rounds/{draft}/replays").json()["items"] == []
    assert "replay" not in {
        row["kind"] for row in loop.lead.get(f"/rounds/{round_id}").json()["jobs"]
    }


def test_metrics_follow_from_the_evaluations(loop: Loop) -> None:
    round_id = loop.to_labelling(k=1)
    from server.db.engine import now
    from server.db.models import Evaluation, Model

    with loop.sessions.begin() as session:
        model = session.query(Model).one()
        session.add(
            Evaluation(
                model_id=model.id, split=Split.TEST, images=1, confusion=[[3, 1], [0, 0]],
                miou=0.375, created_at=now(session),
            )
        )  # fmt: skip
    [row] = loop.annotator.get(f"{loop.path}/metrics").json()["rounds"]
    assert (row["number"], row["round_id"], row["stage"]) == (1, str(round_id), "warm_up")
    assert row["test"]["miou"] == 0.375
    assert [each["iou"] for each in row["test"]["per_class"]] == [0.75, 0.0]
    assert row["changed_pixels"] is None
    [model_row] = loop.annotator.get(f"{loop.path}/models").json()["items"]
    assert model_row["evaluations"][0]["images"] == 1
    assert loop.annotator.get(f"/models/{model_row['id']}").json() == model_row
    assert loop.annotator.get(f"/rounds/{round_id}").json()["miou"] == 0.375
    with loop.sessions() as session:
        assert session.query(Round).one().id == round_id
        assert session.query(Job).filter_by(kind=JobKind.WARM_UP).count() == 1
