"""PostgreSQL goes away under a running service, and comes back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import select

from server import codecs
from server.app import create_app
from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.db.models import Budget, User
from server.services import tokens
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.server.api.conftest import client, problem
from tests.servers import postgres
from tests.servers.queue import RecordingQueue
from tests.world import label_map, new_world, take, to_labelling


@pytest.fixture
def folder() -> Iterator[Path]:
    """A path that is short enough for the server's socket."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        yield Path(name)


def test_the_service_says_so_and_goes_on_by_itself(folder: Path, tmp_path: Path) -> None:
    with postgres.running(folder) as address:
        url = address.render_as_string(hide_password=False)
        engine = make_engine(url)
        upgrade(engine)
        settings = Settings(data=tmp_path, database_url=url)
        with make_sessions(engine).begin() as session:
            world = new_world(session, LocalBlobs(settings.blob_folder))
            to_labelling(world, k=1)
            lease = take(world, world.add_person())
            _, token = tokens.create(session, session.get_one(User, lease.user_id), name="test")
        app = create_app(settings, RecordingQueue())
        annotator = client(app, token)
        path, submit = f"/projects/{world.project_id}", f"/items/{lease.item_id}/submit"
        assert annotator.get(path).status_code == 200

    def send() -> Response:
        return annotator.post(
            f"{submit}?lease_id={lease.id}",
            content=codecs.encode_labels(label_map(1)),
            headers={"Content-Type": codecs.LABELS_TYPE, "Idempotency-Key": "once"},
        )

    for answer in (annotator.get(path), annotator.get("/readyz"), send()):
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
    assert annotator.get("/healthz").status_code == 200
    with postgres.running(folder):
        assert annotator.get(path).status_code == 200
        assert send().status_code == 200
        with make_sessions(engine)() as session:
            assert session.scalars(select(Budget.spent)).one() == 1
        engine.dispose()
        app.state.engine.dispose()
