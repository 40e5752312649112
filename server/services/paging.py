"""Keyset pages: stable under inserts, and the last page costs what the first one costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_
from sqlalchemy.orm import Session

from server.rules.errors import Invalid

AnySelect = Select[*tuple[Any, ...]]

LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True)
class Key:
    """One column of the order. The last key of a page's order is unique."""

    column: Any
    read: Callable[[Any], Any]
    """Gives the column's value of a row."""
    parse: Callable[[Any], Any] = str
    """Turns the cursor's JSON value back into the column's type."""


@dataclass(frozen=True)
class Page:
    """Some rows and, if there are more, where the next page begins."""

    rows: Sequence[Any]
    cursor: str | None


@dataclass(frozen=True)
class PageQuery:
    """Which page is asked for."""

    limit: int = LIMIT
    cursor: str | None = None


def by_id(column: Any, *, at: int = 0) -> Key:
    """Return the key of an id column; `at` is the entity's place in the row."""
    return Key(column, lambda row: str(row[at].id), UUID)


def fetch(
    session: Session,
    statement: AnySelect,
    query: PageQuery,
    *,
    keys: Sequence[Key],
    newest_first: bool = False,
) -> Page:
    """Run `statement` for one page; rows are tuples of what it selects."""
    columns = [key.column for key in keys]
    if query.cursor is not None:
        values = _decode(query.cursor, keys)
        statement = statement.where(_after(columns, values, newest_first=newest_first))
    order = [column.desc() if newest_first else column.asc() for column in columns]
    rows = session.execute(statement.order_by(*order).limit(query.limit + 1)).all()
    if len(rows) <= query.limit:
        return Page(rows, None)
    rows = rows[: query.limit]
    return Page(rows, encode([key.read(rows[-1]) for key in keys]))


def _after(
    columns: Sequence[Any], values: Sequence[Any], *, newest_first: bool
) -> ColumnElement[bool]:
    """(a, b) > (x, y), written out: row values differ between the databases.

    It begins with a >= x: an index is entered there, where the bare alternatives would have it
    read from its beginning.
    """
    condition: ColumnElement[bool] = false()
    for column, value in reversed(list(zip(columns, values, strict=True))):
        beyond = column < value if newest_first else column > value
        condition = or_(beyond, and_(column == value, condition))
    first, start = columns[0], values[0]
    return and_(first <= start if newest_first else first >= start, condition)


def encode(values: Sequence[Any]) -> str:
    """Return the cursor of a page that begins behind these values."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError
        return [key.parse(value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise Invalid("This cursor is not one of ours.", field="cursor") from None
