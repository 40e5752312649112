"""Blobs in a bucket of an S3-compatible service (extra `s3`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

import obstore
from obstore.store import S3Store

from server.storage.base import BlobMissing, BlobStore
from server.storage.local import LocalBlobs

AT_ONCE = 8
"""Requests of one batch that are under way: each waits for the network, not for this machine."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class S3Blobs:
    """`prefix/ab/abcdef...`; the service answers a put once the bytes are durable.

    What must be a file on this machine is fetched once into `cache`.
    """

    def __init__(self, store: S3Store, *, cache: LocalBlobs) -> None:
        self._store = store
        self._cache = cache

    def put(self, data: bytes) -> str:
        """Keep `data`; see `BlobStore.put`.

        Bytes that are there already are sent again: that ends their rest.
        """
        sha = hashlib.sha256(data).hexdigest()
        obstore.put(self._store, _key(sha), data)
        return sha

    def put_many(self, blobs: Sequence[bytes]) -> list[str]:
        """Keep many blobs, some at a time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.put, blobs))

    def put_file(self, path: Path) -> str:
        """Keep a file's bytes, in parts if it is long, without holding them in memory."""
        with path.open("rb") as source:
            sha = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            obstore.put(self._store, _key(sha), source)
        return sha

    def check(self) -> None:
        """Trust the service: it answers a put that it could not keep with an error."""

    def open(self, sha256: str) -> BinaryIO:
        """Open the cache's file: readers seek and read small pieces, which a bucket is slow at."""
        return self.local_path(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """Return all bytes."""
        try:
            return bytes(obstore.get(self._store, _key(sha256)).bytes())
        except FileNotFoundError:
            raise BlobMissing(sha256) from None

    def local_path(self, sha256: str) -> Path:
        """Return the cache's file, fetched if it is not there yet."""
        try:
            return self._cache.local_path(sha256)
        except BlobMissing:
            pass
        with NamedTemporaryFile(dir=self._cache.root) as file:
            try:
                for chunk in obstore.get(self._store, _key(sha256)).stream():
                    file.write(chunk)
            except FileNotFoundError:
                raise BlobMissing(sha256) from None
            file.flush()
            if self._cache.put_file(Path(file.name)) != sha256:
                raise OSError(f"the blob {sha256} came with other bytes")
        return self._cache.local_path(sha256)

    def rested(self, seconds: float, *, start: str, most: int) -> list[str]:
        """List one prefix only: the one that `start` would lie in."""
        found: list[str] = []
        for each in islice(self._listed(start), most):
            if _age(each["last_modified"]) >= seconds:
                found.append(each["path"].rpartition("/")[2])
        return found

    def _listed(self, start: str) -> list[obstore.ObjectMeta]:
        prefix = f"{start[:2]}/"
        behind = obstore.list(self._store, prefix, offset=_key(start)).collect()
        return list(behind or obstore.list(self._store, prefix).collect())

    def discard(self, sha256: str, *, rested: float) -> bool:
        """Delete the blob if the service says that it has rested."""
        try:
            modified = obstore.head(self._store, _key(sha256))["last_modified"]
        except FileNotFoundError:
            return False
        if _age(modified) < rested:
            return False
        obstore.delete(self._store, _key(sha256))
        return True

    def sweep(self, *, rested: float) -> int:
        """Broken writes leave nothing that is seen; parts of files end by a rule of the bucket."""
        return self._cache.sweep(rested=rested)


def _key(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise BlobMissing(sha256)
    return f"{sha256[:2]}/{sha256}"


def _age(modified: datetime) -> float:
    return (datetime.now(UTC) - modified).total_seconds()


_: type[BlobStore] = S3Blobs
