"""Reads what lies in buckets that imports may read from (extra `s3`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from server.rules.addresses import Address
from server.rules.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Store


class NotThere(Exception):
    """The bucket or the object is not there, or these credentials may not read it."""


class Buckets:
    """The prefixes that an operator has named, and nothing beside them."""

    def __init__(
        self, roots: Sequence[Address] = (), open_bucket: Callable[[str], S3Store] | None = None
    ) -> None:
        self._roots = roots
        self._store = cache(open_bucket or _no_bucket)

    def allow(self, address: Address) -> bool:
        """Whether the address is one of the roots, or below one."""
        return any(address.is_inside(root) for root in self._roots)

    def sizes(self, address: Address) -> Iterator[tuple[str, int]]:
        """Yield the names below an address, relative to it, and their bytes, page by page."""
        import obstore

        base = f"{address.prefix}/" if address.prefix else ""
        with self._reading(address):
            for page in obstore.list(self._store(address.bucket), address.prefix or None):
                for found in page:
                    if found["path"].startswith(base):
                        yield found["path"].removeprefix(base), found["size"]

    def size(self, address: Address) -> int:
        """Return an object's bytes."""
        import obstore

        with self._reading(address):
            return obstore.head(self._store(address.bucket), address.prefix)["size"]

    def read(self, address: Address, length: int) -> bytes:
        """Return an object's first bytes: all of them, if it has no more than `length`."""
        return b"".join(self.pieces(address, length))

    def pieces(self, address: Address, length: int) -> Iterator[bytes]:
        """Yield an object's first bytes, piece by piece."""
        import obstore

        with self._reading(address):
            # No range is asked for: services refuse one of an empty object.
            for piece in obstore.get(self._store(address.bucket), address.prefix).stream():
                yield bytes(piece)[:length]
                length -= len(piece)
                if length <= 0:
                    return

    @contextmanager
    def _reading(self, address: Address) -> Iterator[None]:
        """Raise what callers know in place of the library's errors."""
        from obstore.exceptions import (
            BaseError,
            InvalidPathError,
            PermissionDeniedError,
            UnauthenticatedError,
        )

        if not self.allow(address):
            raise NotThere
        try:
            yield
        except (FileNotFoundError, PermissionDeniedError, UnauthenticatedError):
            raise NotThere from None
        except InvalidPathError:
            raise Invalid(
                f"{address} has names with empty parts or dots, which no folder can have.",
                field="path",
            ) from None
        except (BaseError, OSError) as error:
            raise Unavailable(
                f"The bucket {address.bucket} cannot be read right now ({type(error).__name__})."
            ) from error


def _no_bucket(bucket: str) -> S3Store:
    raise LookupError(f"no prefix of {bucket} is a root")
