"""Garbage collection in a process that answers people: no pause that anyone could notice."""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

YOUNG = 10_000
"""Objects before the youngest are looked at: about as many as a page of a list makes."""


def settle() -> None:
    """Take everything that is loaded by now out of the collector's sight, for good.

    Modules, routes and mappers are half a million objects that never die. Looking at all of them
    took a tenth of a second, and came about once in five hundred pages of a list.
    """
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
