import json
import threading
from collections.abc import Iterator
from threading import Semaphore
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from server.api import events
from server.db.models import Job, JobLine
from server.rules.jobs import JobState
from tests.server.api.conftest import Loop
from tests.world import label_map, submit, take, to_labelling

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Event = tuple[str, str, dict[str, object]]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(events, "STREAM_SECONDS", 0.3)


def listen(client: TestClient, path: str, seen: str | None = None) -> Iterator[Event]:
    headers = {} if seen is None else {"Last-Event-ID": seen}
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        found: dict[str, str] = {}
        for line in answer.iter_lines():
            if line.startswith(":"):
                continue
            if not line and found:
                yield found.get("event", ""), found.get("id", ""), json.loads(found["data"])
                found = {}
            elif line:
                name, _, value = line.partition(": ")
                found[name] = value


def start(loop: Loop) -> str:
    made = loop.lead.post(f"{loop.path}/rounds", json={"k": 1}).json()
    body = loop.lead.post(f"/rounds/{made['id']}/start").json()
    return str(body["jobs"][0]["id"])


def set_job(loop: Loop, **values: object) -> None:
    with loop.sessions.begin() as session:
        session.execute(update(Job).values(version=Job.version + 1, **values))


def test_a_job_is_sent_at_each_change_until_it_ends(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "STREAM_SECONDS", 60.0)
    looked = Semaphore(0)
    look = events._look

    def look_and_tell(*given: Any) -> Any:
        found = look(*given)
        looked.release()
        return found

    monkeypatch.setattr(events, "_look", look_and_tell)
    job_id = start(loop)

    def work() -> None:
        changes: list[dict[str, object]] = [{"progress": 0.25}, {"progress": 0.5}]
        for change in (*changes, {"state": JobState.SUCCEEDED, "progress": 1}):
            while looked.acquire(blocking=False):
                pass
            for _ in range(2):  # the first may have begun before the last change
                assert looked.acquire(timeout=60)
            set_job(loop, **change)

    worker = threading.Thread(target=work)
    worker.start()
    found = list(listen(loop.annotator, f"/jobs/{job_id}/events"))
    worker.join()

    assert [kind for kind, _, _ in found] == ["job"] * 4
    assert [data["progress"] for _, _, data in found] == [0, 0.25, 0.5, 1]
    assert len({key for _, key, _ in found}) == 4


def test_one_who_comes_back_gets_only_what_is_new(loop: Loop) -> None:
    job_id = start(loop)
    path = f"/jobs/{job_id}/events"
    stream = listen(loop.annotator, path)
    _, seen, _ = next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(listen(loop.annotator, path, seen)) == []
    set_job(loop, state=JobState.SUCCEEDED)
    [(_, last, data)] = listen(loop.annotator, path, seen)
    assert data["state"] == "succeeded"
    headers = {"Last-Event-ID": last}
    assert loop.annotator.get(path, headers=headers).status_code == 204


def test_a_project_sends_rounds_and_jobs_and_resumes(loop: Loop) -> None:
    start(loop)
    path = f"{loop.path}/events"
    found = list(listen(loop.annotator, path))
    assert [kind for kind, _, _ in found] == ["job", "round"]
    assert found[0][1] == ""
    assert list(listen(loop.annotator, path, found[-1][1])) == []
    set_job(loop, progress=0.5)
    again = list(listen(loop.annotator, path, found[-1][1]))
    assert {kind for kind, _, _ in again} == {"job", "round"}


def test_a_lead_hears_of_compared_labels_and_nobody_else(loop: Loop) -> None:
    with loop.sessions.begin() as session:
        world = loop.world(session)
        to_labelling(world, k=1, config={"overlap": 2})
        for _ in range(2):
            submit(world, take(world, world.add_person()), label_map(1))
    path = f"{loop.path}/events"
    [compared] = [data for kind, _, data in listen(loop.lead, path) if kind == "people"]
    assert compared == {"scores": 0, "pairs": 1}
    assert "people" not in [kind for kind, _, _ in listen(loop.reviewer, path)]


def test_a_stream_holds_no_connection(loop: Loop) -> None:
    job_id = start(loop)
    stream = listen(loop.annotator, f"/jobs/{job_id}/events")
    next(stream)
    with loop.sessions.begin() as session:  # a writer is not kept out either
        session.add(
            JobLine(
                job_id=session.query(Job).one().id, at=session.query(Job).one().created_at, text="x"
            )
        )
    stream.close()  # type: ignore[attr-defined]
