"""Manners that all request and answer bodies share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from server.services.paging import Page

T = TypeVar("T")


class In(BaseModel):
    """A request body: an unknown field is refused, so that no wish is silently dropped."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


class Out(BaseModel):
    """An answer, read from a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class Listing(BaseModel, Generic[T]):
    """One page of a list, and the address of the next."""

    items: list[T]
    next: str | None


def listing(request: Request, page: Page, shape: Callable[[Any], T]) -> Listing[T]:
    """Shape the rows of a page (each a tuple)."""
    return listed(request, [shape(row) for row in page.rows], page.cursor)


def listed(request: Request, items: Sequence[T], cursor: str | None) -> Listing[T]:
    """Return a listing; the next page's address keeps this one's filters."""
    following = None
    if cursor is not None:
        url = request.url.include_query_params(cursor=cursor)
        following = f"{url.path}?{url.query}"
    return Listing(items=list(items), next=following)
