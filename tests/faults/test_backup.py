"""The backup of docs/operating.md: the database first, then the blobs, while people work."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.db.models import Mask
from server.rules.images import MaskOrigin
from server.services import audit
from server.storage.local import LocalBlobs
from tests.world import HEIGHT, WIDTH, World, ledger_matches, new_world, submit, take, to_labelling

LABELS = 6


@pytest.fixture
def world(sessions: sessionmaker[Session], blobs: LocalBlobs) -> World:
    with sessions.begin() as session:
        made = new_world(session, blobs, pool=LABELS, grant=LABELS)
        to_labelling(made, k=LABELS)
        audit.note(session, "round.started", project_id=made.project_id, actor_id=None, subject="")
        made.add_person()
    return made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_made_while_people_work_is_whole(
    world: World,
    sessions: sessionmaker[Session],
    blobs: LocalBlobs,
    database_url: str,
    tmp_path: Path,
) -> None:
    half_done, backup = Event(), tmp_path / "backup"
    backup.mkdir()

    def work() -> None:
        rng = np.random.default_rng(0)
        for number in range(LABELS):
            with sessions.begin() as session:
                world.session = session
                drawn = rng.integers(0, 2, (HEIGHT, WIDTH), dtype=np.uint8)
                submit(world, take(world, world.people[0]), drawn)
            if number == LABELS // 2:
                half_done.set()

    with ThreadPoolExecutor(1) as people:
        working = people.submit(work)
        assert half_done.wait(60)
        with closing(sqlite3.connect(str(make_url(database_url).database))) as live:
            live.execute("VACUUM INTO ?", (str(backup / "maskloop.sqlite3"),))
        working.result()
    shutil.copytree(blobs.root, backup / "blobs", ignore=shutil.ignore_patterns("tmp"))

    restored = make_engine(f"sqlite:///{backup}/maskloop.sqlite3")
    kept = LocalBlobs(backup / "blobs")
    upgrade(restored)
    with make_sessions(restored)() as session:
        of_people = select(Mask).where(Mask.origin == MaskOrigin.HUMAN)
        drawn = session.scalars(of_people).all()
        assert LABELS // 2 < len(drawn) <= LABELS
        for mask in drawn:
            assert codecs.decode_png_labels(kept.read(mask.sha256)).shape == (HEIGHT, WIDTH)
        assert ledger_matches(session, world.project_id)
        assert [each.broken_at for _, each in audit.check_all(session)] == [None, None]
    restored.dispose()
