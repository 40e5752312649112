"""Fetches objects of buckets into a folder, some at a time; a later attempt goes on from there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from server.rules.addresses import Address
from server.storage.buckets import Buckets, NotThere
from worker.context import GiveUp

MAX_BYTES = 10 * 2**30
"""As much as an upload brings at most."""
AT_ONCE = 8
SLICE = 64
"""Files between two looks at whether to stop."""


class TooMuch(GiveUp):
    """The bucket holds more than one import fetches."""


@dataclass(frozen=True)
class Wanted:
    """An object, the path that its bytes get, and how many of them are fetched."""

    address: Address
    path: Path
    bytes: int
    """What is too long is fetched one byte beyond its limit: enough to be refused by it."""


def check_bytes(wanted: Sequence[Wanted]) -> None:
    """Refuse what is too much before anything is fetched."""
    total = sum(one.bytes for one in wanted)
    if total > MAX_BYTES:
        raise TooMuch(f"These are {total} bytes; an import fetches at most {MAX_BYTES}.")


def fetch(
    buckets: Buckets,
    wanted: Sequence[Wanted],
    scratch: Path,
    *,
    check: Callable[[int], None],
    missed: Callable[[Address], None],
) -> None:
    """Fetch what is not there yet with its right size.

    `check` is told how many are there, and may raise to stop; `missed` is told what can no
    longer be read. A file has its own path only once it is whole and on the disk.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)

    def one(each: Wanted) -> bool:
        return _is_there(each) or _fetch(buckets, each, scratch)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(wanted), SLICE):
            check(start)
            part = wanted[start : start + SLICE]
            for each, is_here in zip(part, pool.map(one, part), strict=True):
                if not is_here:
                    missed(each.address)


def _is_there(wanted: Wanted) -> bool:
    try:
        return wanted.path.stat().st_size == wanted.bytes
    except FileNotFoundError:
        return False


def _fetch(buckets: Buckets, wanted: Wanted, scratch: Path) -> bool:
    wanted.path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=scratch, delete=False) as file:
        try:
            for piece in buckets.pieces(wanted.address, wanted.bytes):
                file.write(piece)
        except NotThere:
            return False
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(wanted.path)
    return True
