"""Lists of images go along an index: no page reads what lies before it."""

from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.models import Group, Score
from server.rules.images import Domain, Split
from server.services import image_lists, paging
from server.services.image_lists import Filter, Order
from server.storage.local import LocalBlobs
from tests.rows import new_round
from tests.world import new_world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("narrow", "order"),
    [
        (Filter(), Order.NAME),
        (Filter(domain=Domain.TARGET), Order.NAME),
        (Filter(split=Split.POOL), Order.NAME),
        (Filter(group="cam0"), Order.NAME),
        (Filter(name="pool-"), Order.NAME),
        (Filter(), Order.NEWEST),
        (Filter(), Order.SCORE),
    ],
)
@pytest.mark.parametrize("is_first", [True, False], ids=["the first", "a later one"])
def test_a_page_enters_an_index_where_it_begins(
    engine: Engine,
    session: Session,
    blobs: LocalBlobs,
    narrow: Filter,
    order: Order,
    is_first: bool,
) -> None:
    world = new_world(session, blobs)
    session.add(Group(project_id=world.project_id, name="cam0"))
    round_ = new_round(session, world.project_id)
    session.add(Score(round_id=round_.id, image_id=world.images[1], score=0.5))
    session.flush()
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _k, sql, given, *_: asked.append((sql, given))
    )
    starts: dict[Order, list[Any]] = {
        Order.NAME: ["pool-001"],
        Order.SCORE: [0.7],
        Order.NEWEST: [],
    }
    cursor = None if is_first else paging.encode([*starts[order], str(uuid7())])
    query = paging.PageQuery(50, cursor)

    image_lists.listed(session, world.project_id, query, narrow=narrow, order=order)

    [(sql, given)] = [
        one for one in asked if "ORDER BY" in one[0] and "images.media_type" in one[0]
    ]
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)
    steps = [row[3] for row in plan]
    assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step], steps
    entered = {Order.NAME: "name>?", Order.SCORE: "score<?", Order.NEWEST: "id<?"}[order]
    assert is_first or any(entered in step for step in steps), steps
