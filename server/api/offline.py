"""What a browser keeps to open the pages while the service is away: each file by its content.

The version is that of all files together. A browser fills a copy of its own from this list and
uses it only when every file in it has the listed content, so that two versions never mix.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

ADDRESS = "/offline.json"
_SUFFIXES = frozenset({".html", ".js", ".css", ".svg"})
"""What pages load."""
_MOST_FILES = 4096


def file_list(folder: Path, find: Callable[[str], Path | None]) -> bytes:
    """Return the version and the SHA-256 of every file that `find` serves of those, as JSON."""
    files = {
        address: _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _SUFFIXES
        and find(address := f"/{path.relative_to(folder).as_posix()}") is not None
    }
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()
    return json.dumps({"version": version, "files": files}).encode()


def _digest(path: Path) -> str:
    found = path.stat()
    return _digest_of(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=_MOST_FILES)
def _digest_of(path: Path, _changed_ns: int, _size: int) -> str:
    """Read again only what has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
