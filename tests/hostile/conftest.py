"""One service, one project and its people for the whole corpus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.db.models import User
from server.rules.jobs import JobTimes
from server.rules.roles import Role
from server.services import jobs, members, tokens, users
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.hostile.service import Sent, Watched, send, service
from tests.servers.queue import RecordingQueue
from tests.world import World, new_world, to_labelling
from worker import runner
from worker.context import Resources


@dataclass
class Target:
    """What is attacked: a service, its data, and two people who are let in."""

    settings: Settings
    sessions: sessionmaker[Session]
    watched: Watched
    world: World
    lead: httpx2.Client
    annotator: httpx2.Client
    item: dict[str, Any]
    """What the annotator holds."""

    @property
    def path(self) -> str:
        """The project's address."""
        return f"/projects/{self.world.project_id}"

    def upload(self, data: bytes, **params: str) -> tuple[httpx2.Response, Sent]:
        """Send an image."""
        params = {"name": "hostile", "domain": "target", "split": "pool", **params}
        kind = {"Content-Type": "image/png"}
        return send(
            self.watched,
            lambda: self.lead.post(
                f"{self.path}/images", params=params, content=data, headers=kind
            ),
        )

    def mask(self, how: str, path: str, data: bytes, kind: str) -> Sent:
        """Send a mask as a draft (PUT) or a submission (POST)."""
        headers = {"Content-Type": kind}
        return send(
            self.watched,
            lambda: self.annotator.request(how, path, content=data, headers=headers),
        )[1]

    def archive(self, data: bytes) -> str:
        """Send an archive as an upload; return its id."""
        given = {"name": "a.zip", "bytes": max(1, len(data))}
        upload_id = str(self.lead.post(f"{self.path}/uploads", json=given).json()["id"])
        headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = self.lead.patch(f"/uploads/{upload_id}", content=data or b"\0", headers=headers)
        assert sent.status_code == 204, sent.text
        return upload_id

    def start_import(self, upload_id: str, **given: Any) -> tuple[httpx2.Response, Sent]:
        """Ask for an import of the upload."""
        body = {"domain": "target", "split": "test", "upload_id": upload_id, **given}
        return send(self.watched, lambda: self.lead.post(f"{self.path}/imports", json=body))

    def work(self, job_id: str) -> dict[str, Any]:
        """Do the job as a worker does; return it."""
        resources = Resources(
            self.settings, self.sessions, LocalBlobs(self.settings.blob_folder), RecordingQueue()
        )
        with self.sessions.begin() as session:
            job = jobs.claim(session, UUID(job_id), owner="test", times=JobTimes())
            assert job is not None
            fence = job.fence
        runner.run(UUID(job_id), fence, resources)
        found: dict[str, Any] = self.lead.get(f"/jobs/{job_id}").json()
        return found

    def state(self) -> dict[str, Any]:
        """Return all that a refused file must not change."""
        files = {path for path in self.settings.data.parent.rglob("*") if path.is_file()}
        data = self.settings.data
        inside = {path for path in files if path.is_relative_to(data)}
        work = [path for path in inside if path.is_relative_to(self.settings.work_folder)]
        blobs = self.settings.blob_folder
        return {
            "images": self.lead.get(f"{self.path}/images", params={"limit": 200}).json()["items"],
            "budget": self.lead.get(f"{self.path}/budget").json(),
            "outside": sorted(files - inside),
            "half written": sorted((blobs / "tmp").iterdir()),
            "unpacked": sorted(path for path in work if "unpacked.partial" in path.parts),
        }


@contextmanager
def attacked(settings: Settings, application: str = "server.app:create_app") -> Iterator[Target]:
    """Make a project that waits for labels, and start a service on it."""
    settings.data.mkdir()
    engine = make_engine(settings.sql_url)
    upgrade(engine)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        world = new_world(session, LocalBlobs(settings.blob_folder))
        secrets = {role: _join(session, world, role) for role in (Role.LEAD, Role.ANNOTATOR)}
        to_labelling(world, k=2)
    with service(settings, application) as watched:
        lead, annotator = (
            httpx2.Client(
                base_url=f"{watched.url}/api/v1",
                headers={"Authorization": f"Bearer {secrets[role]}"},
                timeout=120,
            )
            for role in secrets
        )
        with lead, annotator:
            item = annotator.post(f"/projects/{world.project_id}/items/take").json()
            yield Target(settings, sessions, watched, world, lead, annotator, item)
    engine.dispose()


def _join(session: Session, world: World, role: Role) -> str:
    admin = session.scalar(select(User).where(User.is_admin))
    admin = admin or users.create(session, name="admin", is_admin=True)
    user = users.create(session, name=role.value)
    members.put(session, world.project_id, user.id, role=role, actor=admin)
    return tokens.create(session, user, name="test")[1]


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory, broker: str) -> Iterator[Target]:
    """Start the service on data of its own."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    settings = Settings(
        data=data, broker_url=broker, imports_per_hour=0, submissions_per_minute=0
    )  # each file is sent, and refused for what it is
    with attacked(settings) as made:
        yield made
