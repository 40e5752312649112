"""Sweeps delete what nobody names, and nothing that somebody names or is about to."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import JSON, select, update
from sqlalchemy.orm import Session, sessionmaker

from server.db.base import Base
from server.db.models import Image, Job, Mask, Upload
from server.rules.jobs import JobKind, JobState
from server.services import jobs, sweeps, uploads
from server.services.unit_of_work import transaction, unit_of_work
from server.storage.base import BlobMissing
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.world import World, new_world

DAY = sweeps.REST.total_seconds()


@pytest.fixture
def world(sessions: sessionmaker[Session], blobs: LocalBlobs) -> World:
    with transaction(sessions) as session:
        found = new_world(session, blobs)
        found.add_person()
        session.execute(update(Job).values(state=JobState.SUCCEEDED))
    return found


def rest(path: Path, *, seconds: float = DAY + 60) -> None:
    """Have the file look as if nobody had put it for so long."""
    os.utime(path, (time.time() - seconds,) * 2)


def rested(blobs: LocalBlobs, data: bytes) -> str:
    sha = blobs.put(data)
    rest(blobs.local_path(sha))
    return sha


def there(blobs: LocalBlobs, sha: str) -> bool:
    try:
        blobs.read(sha)
    except BlobMissing:
        return False
    return True


class TestBlobs:
    def test_the_orphan_goes_and_what_a_row_names_stays(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
    ) -> None:
        names = [rested(blobs, b"an image"), rested(blobs, b"a mask")]
        with transaction(sessions) as session:
            image = session.get_one(Image, world.images[0])
            image.sha256 = names[0]
            session.scalars(select(Mask).limit(1)).one().sha256 = names[1]
        orphan, young = rested(blobs, b"orphan"), blobs.put(b"young")

        for sha in (*names, orphan, young):
            sweeps.run(sessions, blobs, folder=tmp_path / "none", start=sha)

        assert not there(blobs, orphan)
        assert there(blobs, young)
        assert all(there(blobs, sha) for sha in names)

    def test_what_a_document_names_stays(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
    ) -> None:
        sha = rested(blobs, b"an export")
        with unit_of_work(sessions, RecordingQueue()) as session:
            job = jobs.add(
                session,
                kind=JobKind.EXPORT,
                project_id=world.project_id,
                params={},
                created_by=None,
            )
            job.state, job.result = JobState.SUCCEEDED, {"file": {"sha256": sha}}

        sweeps.run(sessions, blobs, folder=tmp_path, start=sha)

        assert there(blobs, sha)

    def test_a_job_that_goes_on_keeps_what_it_has_put(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
    ) -> None:
        """Its blobs are named at its end: what was put since it began stays, whatever its age."""
        sha = rested(blobs, b"a shard's mask")
        with unit_of_work(sessions, RecordingQueue()) as session:
            job = jobs.add(
                session, kind=JobKind.PREDICT, project_id=world.project_id, params={},
                created_by=None,
            )  # fmt: skip
            job.created_at -= 3 * sweeps.REST

        sweeps.run(sessions, blobs, folder=tmp_path, start=sha)
        assert there(blobs, sha)

        with transaction(sessions) as session:
            session.execute(update(Job).values(state=JobState.FAILED))
        sweeps.run(sessions, blobs, folder=tmp_path, start=sha)
        assert not there(blobs, sha)

    def test_a_submission_of_the_orphans_bytes_is_never_lost(
        self, sessions: sessionmaker[Session], tmp_path: Path
    ) -> None:
        """Whoever puts bytes has them, although a sweep takes them at that very moment."""
        blobs = LocalBlobs(tmp_path / "blobs")
        for turn in range(60):
            data = str(turn).encode()
            sha = rested(blobs, data)
            both = Barrier(2)

            def put(data: bytes = data, both: Barrier = both) -> None:
                both.wait()
                blobs.put(data)

            writer = Thread(target=put)
            writer.start()
            both.wait()
            blobs.discard(sha, rested=DAY)
            writer.join()
            assert there(blobs, sha), turn

    def test_broken_writes_go_after_ten_minutes(
        self, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
    ) -> None:
        old, new = (blobs.root / "tmp" / name for name in ("old", "new"))
        old.touch()
        new.touch()
        rest(old, seconds=601)

        sweeps.run(sessions, blobs, folder=tmp_path / "none")

        assert not old.exists()
        assert new.exists()


def test_every_column_that_may_name_a_blob_is_known() -> None:
    """A new one must be added to the sweep, or here: what is forgotten would be deleted."""
    harmless = {
        "audit_entries.details", "audit_entries.sha256", "audit_heads.sha256",
        "class_lists.classes", "comparisons.confusion", "deliveries.body",
        "evaluations.calibration",
        "evaluations.confusion", "forecasts.points", "idempotency_keys.body",
        "idempotency_keys.request_sha256", "login_links.token_sha256", "masks.confusion",
        "preferences.values", "projects.settings", "reviews.remarks", "rounds.config",
        "schedules.round", "tokens.scopes", "tokens.token_sha256", "truth_scores.by_class",
        "web_sessions.token_sha256",
    }  # fmt: skip
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, JSON) or column.name.endswith("sha256")
    }
    swept = {str(column) for column in (*sweeps.BLOBS, *sweeps.DOCUMENTS)}
    tables = {
        str(column): f"{column.class_.__tablename__}.{column.key}"
        for column in (*sweeps.BLOBS, *sweeps.DOCUMENTS)
    }
    assert found - harmless == {tables[each] for each in swept}


class TestUploads:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "uploads"

    def begun(
        self, world: World, sessions: sessionmaker[Session], folder: Path, *, days: int = 2
    ) -> UUID:
        with transaction(sessions) as session:
            upload = uploads.create(
                session, world.project_id, name="a.zip", size=3, actor_id=world.people[0],
                folder=folder,
            )  # fmt: skip
            upload.created_at -= days * sweeps.REST
            uploads.path_of(folder, upload.id).write_bytes(b"zip")
            rest(uploads.path_of(folder, upload.id))
            return upload.id

    def left(self, sessions: sessionmaker[Session], folder: Path) -> tuple[int, int]:
        with sessions() as session:
            return len(session.scalars(select(Upload.id)).all()), len(list(folder.iterdir()))

    def test_what_was_given_up_goes_with_its_row(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        self.begun(world, sessions, folder)
        arriving = self.begun(world, sessions, folder)
        os.utime(uploads.path_of(folder, arriving))
        stray = folder / "stray"
        stray.touch()
        rest(stray)

        sweeps.run(sessions, blobs, folder=folder)

        assert self.left(sessions, folder) == (1, 1)
        assert uploads.offset_of(folder, arriving) == 3

    def test_a_row_whose_file_is_gone_goes(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        uploads.path_of(folder, self.begun(world, sessions, folder)).unlink()
        sweeps.run(sessions, blobs, folder=folder)
        assert self.left(sessions, folder) == (0, 0)

    def test_a_piece_that_arrives_now_is_left_alone(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        upload_id = self.begun(world, sessions, folder)
        with uploads.appending(folder, upload_id, offset=3, size=9):
            sweeps.run(sessions, blobs, folder=folder)
        assert self.left(sessions, folder) == (1, 1)

    def test_an_import_that_waits_keeps_its_upload(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        upload_id = self.begun(world, sessions, folder)
        with unit_of_work(sessions, RecordingQueue()) as session:
            path = uploads.whole(session, world.project_id, upload_id, folder=folder)
            jobs.add(
                session, kind=JobKind.IMPORT, project_id=world.project_id,
                params={"upload": str(path)}, created_by=None,
            )  # fmt: skip
        sweeps.run(sessions, blobs, folder=folder)
        assert self.left(sessions, folder) == (1, 1)

    def test_an_import_that_starts_now_keeps_its_upload_or_is_refused(
        self, world: World, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        """The sweep waits for whoever holds the row, and then sees the job."""
        upload_id = self.begun(world, sessions, folder)
        sweep = Thread(target=sweeps.run, args=(sessions, blobs), kwargs={"folder": folder})
        with unit_of_work(sessions, RecordingQueue()) as session:
            path = uploads.whole(session, world.project_id, upload_id, folder=folder)
            sweep.start()
            sweep.join(0.5)
            jobs.add(
                session, kind=JobKind.IMPORT, project_id=world.project_id,
                params={"upload": str(path)}, created_by=None,
            )  # fmt: skip
        sweep.join()
        assert path.exists()
