"""What a blob store must do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol


class BlobMissing(Exception):
    """No blob has this hash."""


class BlobStore(Protocol):
    """Immutable bytes, named by their SHA-256 in hex.

    Putting the same bytes twice is harmless, and says again that they are needed.
    """

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its hash. On return it survives a power cut."""

    def put_file(self, path: Path) -> str:
        """Keep the file's bytes durably and return their hash; the file stays where it is."""

    def put_many(self, blobs: Sequence[bytes]) -> list[str]:
        """Keep many blobs durably with one round of syncs; the hashes come in the same order."""

    def check(self) -> None:
        """Raise `OSError` where what is put might not be kept: nothing is, until a new start."""

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading; raise `BlobMissing`."""

    def read(self, sha256: str) -> bytes:
        """Return all bytes; raise `BlobMissing`."""

    def local_path(self, sha256: str) -> Path:
        """Return a file on this machine that holds the bytes; raise `BlobMissing`."""

    def rested(self, seconds: float, *, start: str, most: int) -> list[str]:
        """Return blobs that nobody has put for so long, in order, from about `start` on."""

    def discard(self, sha256: str, *, rested: float) -> bool:
        """Delete the blob unless somebody has put it within so many seconds."""

    def sweep(self, *, rested: float) -> int:
        """Delete what broken writes left behind for so long; return how many files."""
