"""Fifty people race for thirty labels, by HTTP, against a real server process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from uuid import UUID

import httpx2
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.models import Comparison, Item, Lease, Round, User
from server.rules.items import ItemState, LeaseState
from server.rules.rounds import RoundState
from server.services import budgets, tokens
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.world import label_map, ledger_matches, new_world, to_labelling

PEOPLE = 50
BUDGET = 30


def test_fifty_people_get_exactly_the_thirty_labels_that_are_left(
    sessions: sessionmaker[Session], settings: Settings, valkey_url: str
) -> None:
    settings = settings.model_copy(update={"broker_url": valkey_url})
    with sessions.begin() as session:
        world = new_world(session, LocalBlobs(settings.blob_folder), pool=60, grant=BUDGET)
        to_labelling(world, k=60)
        people = [session.get_one(User, world.add_person()) for _ in range(PEOPLE)]
        secrets = [tokens.create(session, person, name="race")[1] for person in people]
        project_id = world.project_id
    barrier = Barrier(PEOPLE)

    with served(settings) as url, ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(
            pool.map(
                lambda each: race(url, project_id, each[1], barrier, submits=each[0] % 2 == 0),
                enumerate(secrets),
            )
        )

    statuses = Counter(status for answer in answers for status in answer)
    assert set(statuses) == {200, 409}, statuses
    with sessions.begin() as session:
        balance = budgets.balance(session, project_id)
        held = session.scalar(
            select(func.count()).select_from(Lease).where(Lease.state == LeaseState.ACTIVE)
        )
        labelled = session.scalar(
            select(func.count()).select_from(Item).where(Item.state == ItemState.SUBMITTED)
        )
        assert (balance.reserved, balance.spent) == (held, labelled)
        assert balance.reserved + balance.spent == BUDGET
        assert labelled == BUDGET - (held or 0)
        assert labelled
        assert ledger_matches(session, project_id)


def test_an_image_for_three_people_is_taken_by_exactly_three_of_fifty(
    sessions: sessionmaker[Session], settings: Settings, valkey_url: str
) -> None:
    """All race for four images: twelve labels, three people each, and the budget has just them."""
    images, people_each = 4, 3
    labels = images * people_each
    settings = settings.model_copy(update={"broker_url": valkey_url})
    with sessions.begin() as session:
        world = new_world(session, LocalBlobs(settings.blob_folder), pool=images, grant=labels + 5)
        people = [session.get_one(User, world.add_person()) for _ in range(PEOPLE)]
        to_labelling(world, k=images, config={"overlap": people_each})
        secrets = [tokens.create(session, person, name="race")[1] for person in people]
        project_id = world.project_id
    barrier = Barrier(PEOPLE)

    with served(settings) as url, ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(
            pool.map(lambda each: race(url, project_id, each, barrier, submits=True), secrets)
        )

    statuses = Counter(status for answer in answers for status in answer)
    assert set(statuses) == {200, 204}, statuses
    with sessions.begin() as session:
        rows = session.execute(select(Item.image_id, Item.taken_by, Item.state)).all()
        by_image = Counter(image_id for image_id, _, _ in rows)
        assert set(by_image.values()) == {people_each}
        assert len({(image_id, person) for image_id, person, _ in rows}) == len(rows) == labels
        assert {state for _, _, state in rows} == {ItemState.SUBMITTED}
        balance = budgets.balance(session, project_id)
        assert (balance.reserved, balance.spent, balance.left) == (0, labels, 5)
        assert ledger_matches(session, project_id)
        pairs = session.scalar(select(func.count()).select_from(Comparison))
        assert pairs == images * people_each * (people_each - 1) // 2
        [state] = session.scalars(select(Round.state).where(Round.project_id == project_id))
        assert state is RoundState.RETRAINING


def race(url: str, project_id: UUID, secret: str, barrier: Barrier, *, submits: bool) -> list[int]:
    """Take until refused; half of the people submit what they took and go on."""
    headers = {"Authorization": f"Bearer {secret}"}
    statuses = []
    with httpx2.Client(base_url=f"{url}/api/v1", headers=headers, timeout=300) as client:
        barrier.wait()
        while True:
            taken = client.post(f"/projects/{project_id}/items/take")
            statuses.append(taken.status_code)
            if taken.status_code != 200 or not submits:
                return statuses
            item = taken.json()
            submitted = client.post(
                f"/items/{item['id']}/submit",
                params={"lease_id": item["lease"]["id"]},
                content=codecs.encode_labels(label_map(1)),
                headers={"Content-Type": codecs.LABELS_TYPE},
            )
            statuses.append(submitted.status_code)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Run the API as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "server.cli", "api", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings.as_environment()})
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            assert process.poll() is None, "the server ended"
            try:
                httpx2.get(f"{url}/api/v1/healthz")
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)
