"""What others generate from the API's description works against the service as it answers."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.settings import Settings
from tests.e2e.host import Host
from tests.server.api.conftest import Loop
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PACKAGE = "generated_maskloop"


@pytest.fixture
def url(settings: Settings, queue: RecordingQueue) -> Iterator[str]:
    host = Host(settings, queue)
    yield f"http://127.0.0.1:{host.port}"
    host.stop()


@pytest.fixture
def generated(
    loop: Loop, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The package that a well-known generator makes of the description."""
    described = httpx2.get(f"{url}/api/v1/openapi.json", headers=loop.lead.headers)
    document = tmp_path / "openapi.json"
    document.write_bytes(described.raise_for_status().content)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("openapi-generator-cli"),
            *("generate", "-g", "python", "-i", document, "-o", tmp_path / "client"),
            f"--additional-properties=packageName={PACKAGE},generateSourceCodeOnly=true",
            "--global-property=models,supportingFiles,apis,apiTests=false,modelTests=false,"
            "apiDocs=false,modelDocs=false",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    monkeypatch.syspath_prepend(tmp_path / "client")
    yield importlib.import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_a_generated_client_reads_and_writes(loop: Loop, url: str, generated: Any) -> None:
    configuration = generated.Configuration(host=url)
    with generated.ApiClient(configuration) as client:
        client.set_default_header("Authorization", loop.admin.headers["authorization"])
        projects = generated.ProjectsApi(client)
        made = projects.projects_projects_create(generated.ProjectIn(name="generated"))
        assert projects.projects_projects_get(made.id).name == "generated"
        with pytest.raises(generated.ApiException) as refused:
            projects.projects_projects_create(generated.ProjectIn(name="generated"))
        assert refused.value.status == 409
