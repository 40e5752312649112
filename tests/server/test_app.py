"""The web process: what it loads, and how soon it answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2

from server.db.engine import make_engine
from server.db.migrate import upgrade


def worked_seconds(pid: int) -> float:
    """Return how long the processor has worked for a process (Linux)."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_imports_no_torch_and_answers_its_first_request_quickly(tmp_path: Path) -> None:
    code = (
        "import json, sys, time\n"
        "import server.app\n"
        "from fastapi.testclient import TestClient\n"
        "app = server.app.create_app()\n"
        "began = time.process_time()\n"
        "status = TestClient(app).get('/api/v1/readyz').status_code\n"
        "seconds = time.process_time() - began\n"
        "tops = {name.split('.')[0] for name in sys.modules}\n"
        "heavy = sorted(tops & {'torch', 'torchvision', 'worker'})\n"
        "print(json.dumps([status, seconds, heavy]))\n"
    )
    upgrade(make_engine(f"sqlite:///{tmp_path / 'data' / 'maskloop.sqlite3'}"))
    env = {**os.environ, "MASKLOOP_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True
    )
    status, seconds, heavy = json.loads(done.stdout)
    assert (status, heavy) == (200, [])
    assert seconds < 2, "of the processor: what else the machine does counts for nothing"


def test_a_uvicorn_process_answers_within_two_seconds_of_work_once_it_listens(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    upgrade(make_engine(f"sqlite:///{data / 'maskloop.sqlite3'}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "--factory", "server.app:create_app", "--port", "0"],
        env={**os.environ, "MASKLOOP_DATA": str(data)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        address = next(
            line.split("running on ")[1].split()[0]
            for line in process.stderr
            if "running on " in line
        )
        began = worked_seconds(process.pid)
        answer = httpx2.get(f"{address}/api/v1/healthz", timeout=60)
        assert answer.status_code == 200
        assert worked_seconds(process.pid) - began < 2
    finally:
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        process.stderr.close()
