"""How long a page of a list of 1,000,000 images takes over HTTP, from the first to the last.

    python -m benchmarks.lists_1m --json docs/benchmarks/lists_1m.json

A real server process on SQLite. Each list (all by name, one domain, one split, one group, by score)
is asked for its first page, its last page and pages in between, one request after the other on
one connection, first and last in turn. `p99_ms` is over all requests of all lists; `last_to_first`
is the largest of the lists' ratios of medians.
"""

import argparse
import itertools
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.report import Figure, write_report
from server.db.base import uuid7
from server.db.engine import make_engine, make_sessions, now
from server.db.migrate import upgrade
from server.db.models import Group, Image, Round, Score
from server.rules.images import Domain, Split
from server.services import images, paging, projects, tokens, users
from server.settings import Settings

LIMIT = 50
SCORES = 9973
"""Different scores: equal ones are ordered by id."""
PLACES = 9
"""Pages asked for of each list: the first, the last, and seven in between."""
LISTS: dict[str, dict[str, str]] = {
    "all": {},
    "domain": {"domain": "target"},
    "split": {"split": "pool"},
    "group": {"group": "even"},
    "score": {"sort": "-score"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure lists of many images over HTTP.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        settings = Settings(data=Path(name), port=free_port())
        project_id, token = fill(settings, options.images)
        with serving(settings, token) as client:
            lists = {
                name: measure(client, project_id, params, options.images, options.turns)
                for name, params in LISTS.items()
            }
    times = sorted(each for pages in lists.values() for each in itertools.chain(*pages))
    ratios = {
        name: statistics.median(pages[-1]) / statistics.median(pages[0])
        for name, pages in lists.items()
    }
    p99 = 1000 * times[int(0.99 * (len(times) - 1))]
    for name, pages in lists.items():
        print(name, [round(1000 * statistics.median(page), 1) for page in pages], ratios[name])
    figures = {
        "lists_1m.p99_ms": Figure(p99, 0, len(times), f"ms a page of {LIMIT} by HTTP"),
        "lists_1m.last_to_first": Figure(
            max(ratios.values()),
            max(ratios.values()) - min(ratios.values()),
            options.turns,
            "ratio of the last page's median to the first's, worst of the lists",
        ),
    }
    print({name: round(figure.value, 2) for name, figure in figures.items()})
    write_report(options.json, figures, seeds=[0])


def fill(settings: Settings, count: int) -> tuple[UUID, str]:
    """Make the project and its images, all scored in one round; return a token as well."""
    engine = make_engine(settings.sql_url)
    upgrade(engine)
    with make_sessions(engine).begin() as session:
        lead = users.create(session, name="lead", is_admin=True)
        _, token = tokens.create(session, lead, name="benchmark")
        project = projects.create(session, name="lists", description="", creator_id=lead.id)
        place = images.domain_id(session, project.id, Domain.TARGET)
        groups = [Group(project_id=project.id, name=name) for name in ("even", "odd")]
        round_ = Round(
            project_id=project.id, number=1, k=1, strategy="entropy", seed=0, config={},
            created_at=now(session),
        )  # fmt: skip
        session.add_all([*groups, round_])
        session.flush()
        ids = [group.id for group in groups]
        for first in range(0, count, 10_000):
            numbers = range(first, min(first + 10_000, count))
            insert_images(session, project.id, place, ids, round_.id, numbers)
    engine.dispose()
    return project.id, token


def insert_images(
    session: Session,
    project_id: UUID,
    place: UUID,
    groups: list[UUID],
    round_id: UUID,
    numbers: range,
) -> None:
    """Insert rows alone: lists read no blob."""
    moment = now(session)
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(), "project_id": project_id, "domain_id": place,
            "group_id": groups[number % 2], "split": Split.POOL, "name": f"image-{number:07d}",
            "sha256": f"{number:064x}", "media_type": "image/png", "width": 64, "height": 64,
            "bytes": 5000, "created_at": moment,
        }
        for number in numbers
    ]  # fmt: skip
    session.execute(insert(Image), rows)
    scores = [
        {
            "id": uuid7(),
            "round_id": round_id,
            "image_id": row["id"],
            "score": number * 7919 % SCORES,
        }
        for number, row in zip(numbers, rows, strict=True)
    ]
    session.execute(insert(Score), scores)


class serving:  # noqa: N801  (reads as what it does)
    """A server process, and a client that is signed in."""

    def __init__(self, settings: Settings, token: str) -> None:
        command = [sys.executable, "-m", "server.cli", "api"]
        self._process = subprocess.Popen(command, env=settings.as_environment())
        self._client = httpx2.Client(
            base_url=f"http://127.0.0.1:{settings.port}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )

    def __enter__(self) -> httpx2.Client:
        deadline = time.monotonic() + 120
        while True:
            try:
                self._client.get("/healthz").raise_for_status()
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.2)
            else:
                return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait()


def measure(
    client: httpx2.Client, project_id: UUID, params: dict[str, str], count: int, turns: int
) -> list[list[float]]:
    """Return the seconds of each page, from the first to the last."""
    cursors = list(places(client, project_id, params, count))
    times: list[list[float]] = [[] for _ in cursors]
    for turn in range(turns + 1):
        for place, begin in enumerate(cursors):
            asked: dict[str, str | int] = {
                **params,
                "limit": LIMIT,
                **({"cursor": begin} if begin else {}),
            }
            before = time.perf_counter()
            answer = client.get(f"/projects/{project_id}/images", params=asked)
            took = time.perf_counter() - before
            answer.raise_for_status()
            page = answer.json()
            assert page["items"]
            assert (page["next"] is None) == (place == len(cursors) - 1)
            if turn:  # the first turn warms the caches, and is not counted
                times[place].append(took)
    return times


def places(
    client: httpx2.Client, project_id: UUID, params: dict[str, str], count: int
) -> Iterator[str | None]:
    """Yield the cursors of the first page, of some in between and of the last."""
    yield None
    for place in range(1, PLACES - 1):
        yield cursor(place * count // (PLACES - 1), count, by_score="sort" in params)
    # Whole scores end a list by score: of a million images some hundred have the lowest.
    left = 100 if "sort" in params else 150
    near_the_end = cursor(count - left, count, by_score="sort" in params)
    asked: dict[str, str | int] = {**params, "limit": 200, "cursor": near_the_end}
    rest = client.get(f"/projects/{project_id}/images", params=asked).json()
    before = rest["items"][-LIMIT - 1]
    yield paging.encode([before["score" if "sort" in params else "name"], before["id"]])


def cursor(number: int, count: int, *, by_score: bool) -> str:
    """Return the cursor of a page that begins behind about so many images."""
    nothing = str(UUID(int=0))
    if by_score:
        return paging.encode([SCORES * (1 - number / count), nothing])
    return paging.encode([f"image-{number:07d}", nothing])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
