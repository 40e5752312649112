from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Group
from server.services.paging import Key, PageQuery, by_id, fetch
from tests.rows import new_project

NAMES = ["b", "a", "c", "a", "b", "é", "a", "B"]


def walk(session: Session, *, limit: int, newest_first: bool) -> list[UUID]:
    keys = [Key(Group.name, lambda row: row[0].name), by_id(Group.id)]
    found: list[UUID] = []
    cursor = None
    while True:
        page = fetch(
            session, select(Group), PageQuery(limit, cursor), keys=keys, newest_first=newest_first
        )
        assert len(page.rows) <= limit
        found += [row[0].id for row in page.rows]
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9])
def test_pages_joined_are_the_whole_list_in_order(
    session: Session, limit: int, newest_first: bool
) -> None:
    for name in NAMES:  # equal names in different projects: the second key must decide
        session.add(Group(project_id=new_project(session).id, name=name))
    session.flush()
    whole = walk(session, limit=100, newest_first=newest_first)
    assert len(set(whole)) == len(NAMES)
    assert walk(session, limit=limit, newest_first=newest_first) == whole
