"""What Prometheus is told, read by its own parser."""

import socket
from urllib.request import urlopen

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from server.app import create_app
from server.settings import Settings
from tests.server.api.conftest import Loop, problem
from tests.server.api.test_lead import submit
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]


def parsed(text: str) -> Samples:
    """Return each sample's value by name and labels."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_an_admin_reads_jobs_leases_labels_and_budgets(loop: Loop) -> None:
    loop.to_labelling(k=3)
    submit(loop)
    assert loop.annotator.post(f"{loop.path}/items/take").status_code == 200

    answer = loop.admin.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    found = parsed(answer.text)
    assert found["maskloop_jobs"][("kind", "warm_up"), ("state", "succeeded")] == 1
    assert found["maskloop_jobs"][("kind", "evaluate"), ("state", "queued")] == 1
    waiting = found["maskloop_queue_oldest_job_seconds"]
    assert waiting[(("queue", "gpu"),)] > 0
    assert waiting[(("queue", "cpu"),)] == 0
    assert found["maskloop_leases_active"] == {(): 1}
    assert found["maskloop_leases_ended_total"] == {(("how", "submitted"),): 1}
    budget = {dict(labels)["part"]: value for labels, value in found["maskloop_budget"].items()}
    assert budget == {"spent": 1, "reserved": 1, "left": 8}
    assert list(found["maskloop_training_steps_per_second"].values()) == [1]


def test_answers_are_timed_by_their_route_never_by_what_people_make_up(loop: Loop) -> None:
    loop.admin.get(loop.path)
    loop.admin.get("/nothing/of/this/name")
    loop.admin.request("BREW", "/healthz")
    counts = parsed(loop.admin.get("/metrics").text)["maskloop_http_request_duration_seconds_count"]
    by_route = {
        (dict(labels)["method"], dict(labels)["route"], dict(labels)["status"]): value
        for labels, value in counts.items()
    }
    assert by_route["GET", "/projects/{project_id}", "200"] == 1
    assert by_route["GET", "other", "404"] == 1
    assert not any("nothing" in route for _, route, _ in by_route)
    assert not any(method == "BREW" for method, _, _ in by_route)


def test_nobody_else_reads_them(loop: Loop, anonymous: TestClient) -> None:
    problem(loop.lead.get("/metrics"), 403, "forbidden")
    problem(anonymous.get("/metrics"), 401, "unauthenticated")


def test_a_private_port_tells_them_without_a_token(
    settings: Settings, queue: RecordingQueue
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app: FastAPI = create_app(settings.model_copy(update={"metrics_port": port}), queue)
    with TestClient(app), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        assert "maskloop_leases_active" in parsed(answer.read().decode())
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20)
    app.state.engine.dispose()
