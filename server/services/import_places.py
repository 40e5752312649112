"""Places in buckets that an import reads: what is allowed, and which files are there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from server.formats import catalogue
from server.formats.base import check_name
from server.rules.addresses import Address, parse
from server.rules.errors import Invalid, TooLarge
from server.storage.buckets import Buckets, NotThere

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
MAX_FILES = 200_000
"""Objects that one listing goes through: as many as an upload has members."""


def not_allowed(field: str, form: str | None) -> Invalid:
    """Return the one refusal of places that imports may not read, or that are not there."""
    what = "file" if form in catalogue.DOCUMENTS else "folder"
    return Invalid(f"This is not a {what} that imports may read from.", field=field)


def allowed(text: str, buckets: Buckets, *, field: str, form: str | None = None) -> Address:
    """Return the place (of a document's format: the object) inside an allowed prefix.

    What lies outside looks the same as what is not there, as it does with folders.
    """
    address = parse(text)
    refusal = not_allowed(field, form)
    if address is None or not buckets.allow(address):
        raise refusal
    try:
        if form in catalogue.DOCUMENTS:
            buckets.size(address)
        elif next(buckets.sizes(address), None) is None:
            raise refusal
    except NotThere:
        raise refusal from None
    return address


def images(address: Address, buckets: Buckets, *, recursive: bool) -> Iterator[tuple[str, int]]:
    """Yield the images below a place and their bytes, by the rules that folders have."""
    for name, size in files(address, buckets):
        if name.lower().endswith(ENDINGS) and (recursive or "/" not in name):
            yield name, size


def files(address: Address, buckets: Buckets) -> Iterator[tuple[str, int]]:
    """Yield what may be an image or its mask, and its bytes; hidden ones are none.

    Raises:
        Invalid: A name that could leave a folder.
        TooLarge: More objects than an import goes through.
    """
    listed = buckets.sizes(address)
    for name, size in islice(listed, MAX_FILES):
        is_hidden = any(part.startswith(".") for part in name.split("/"))
        if not is_hidden and name.lower().endswith((*ENDINGS, ".txt")):
            yield _checked(name), size
    if next(listed, None) is not None:
        raise TooLarge(f"{address} has more than {MAX_FILES} objects.", field="path")


def _checked(name: str) -> str:
    try:
        return check_name(name, where="path")
    except Invalid as bad:
        raise Invalid(f"{name[:200]!r}: {bad.detail}", field="path") from None


def check_tree(names: frozenset[str]) -> None:
    """Refuse names of which one would have to be a file and a folder at once."""
    for name in names:
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                raise Invalid(f"{parent} is a file and a folder at once.", field="path")
