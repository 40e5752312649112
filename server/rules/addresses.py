"""Addresses of places in buckets, `s3://bucket/prefix`, taken apart strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCHEME = "s3://"
MAX_ADDRESS = 1000

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\%?#]")
"""What other readers of addresses would take for an escape, a query or a fragment."""


@dataclass(frozen=True)
class Address:
    """A bucket and the names in it at or below `prefix`; without one, the whole bucket."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return SCHEME + "/".join(filter(None, (self.bucket, self.prefix)))

    def below(self, name: str) -> Address:
        """Return the address of what has this name in here."""
        return Address(self.bucket, f"{self.prefix}/{name}" if self.prefix else name)

    def is_inside(self, root: Address) -> bool:
        """Whether this is the root or below it, by whole segments."""
        return self.bucket == root.bucket and (
            not root.prefix or f"{self.prefix}/".startswith(f"{root.prefix}/")
        )


def is_address(text: str) -> bool:
    """Whether this means a bucket, not a folder."""
    return text.startswith(SCHEME)


def parse(text: str) -> Address | None:
    """Take an address apart; None if it is none, or one that could be read in two ways."""
    if not is_address(text) or len(text) > MAX_ADDRESS or _FORBIDDEN.search(text):
        return None
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    prefix = prefix.removesuffix("/")
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        return None
    if prefix and any(part in ("", ".", "..") for part in prefix.split("/")):
        return None
    return Address(bucket, prefix)
