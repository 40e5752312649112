"""Brings what a job reads onto this machine: an upload is unpacked, a bucket's part fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from server.formats import catalogue
from server.formats.documents import MAX_BYTES as MAX_DOCUMENT_BYTES
from server.rules.addresses import Address, is_address
from server.rules.images import MAX_IMAGE_BYTES, MAX_MASK_BYTES
from server.services import import_places, imports
from server.storage.buckets import Buckets
from server.storage.choice import open_buckets
from worker.context import GiveUp, JobContext, Stopped
from worker.jobs import archives, fetches
from worker.jobs.fetches import Wanted

FETCHING = 0.5
"""The share of an import's time that fetching has: on the bar it never runs backwards."""


class FolderGone(GiveUp):
    """The folder cannot be read any more."""


@dataclass(frozen=True)
class Asked:
    """Where the operator's images and masks are: folders here, or places in buckets."""

    path: str
    masks: str | None = None
    masks_format: str = "png"
    recursive: bool = False


@dataclass(frozen=True)
class Places:
    """Where images and masks are on this machine, and what may be read for them."""

    images: str
    masks: str | None
    roots: tuple[Path, ...]
    progress: float = 0
    """How much of the whole work lies behind, once they are here."""


def here(context: JobContext) -> Places:
    """Return where the files are, once they are all here.

    Raises:
        Invalid: A place is not allowed any more.
        Unavailable: The bucket does not answer.
    """
    params = context.facts.params
    path, masks = params["path"], params["masks_path"]
    if params.get("upload") is not None:
        base = _unpacked(context, Path(params["upload"]))
        return Places(str(base / path), masks and str(base / masks), (base,))
    form, recursive = params.get("masks_format", "png"), params.get("recursive", False)
    return fetched(context, Asked(path, masks, form, recursive))


def fetched(context: JobContext, asked: Asked) -> Places:
    """Return where the operator's files are, those of buckets fetched; raises what `here` does."""
    path, masks, own = asked.path, asked.masks, context.resources.settings.import_roots
    if not is_address(path) and not is_address(masks or ""):
        return Places(path, masks, own)
    folder = context.folder / "fetched"
    if not folder.exists():
        _fetch(context, asked, folder)
    if is_address(path):
        path = str(folder / "images")
    if masks and is_address(masks):
        masks = str(folder / _masks_path(masks))
    return Places(path, masks, (*own, folder), FETCHING)


def _masks_path(address: str) -> Path:
    """Return where a folder of masks, or the one document, lies below what was fetched."""
    return Path("masks", address.rstrip("/").rpartition("/")[2])


def _fetch(context: JobContext, asked: Asked, folder: Path) -> None:
    """Fetch into a folder that gets its name only once all is in it."""
    partial = folder.with_name("fetched.partial")
    buckets = open_buckets(context.resources.settings)
    context.report(0, "listing the bucket")
    wanted = _wanted(context, asked, buckets, partial)
    fetches.check_bytes(wanted)

    def check(done: int) -> None:
        if context.should_stop():
            raise Stopped
        context.report(FETCHING * done / len(wanted), f"{done} of {len(wanted)} files fetched")

    def missed(address: Address) -> None:
        context.log(f"{address} cannot be read and is left out.")

    scratch = context.folder / "fetching"
    fetches.fetch(buckets, wanted, scratch, check=check, missed=missed)
    partial.mkdir(exist_ok=True)  # all may have been missed
    partial.rename(folder)


def _wanted(context: JobContext, asked: Asked, buckets: Buckets, folder: Path) -> list[Wanted]:
    """List the images, and of the masks those that belong to them."""
    wanted: list[Wanted] = []
    path, masks, recursive = asked.path, asked.masks, asked.recursive
    if is_address(path):
        place = import_places.allowed(path, buckets, field="path")
        found = import_places.images(place, buckets, recursive=recursive)
        wanted = _below(place, dict(found), folder / "images", MAX_IMAGE_BYTES)
        names = [one.path.relative_to(folder / "images").as_posix() for one in wanted]
    else:
        own = context.resources.settings.import_roots
        place_here = imports.allowed(path, own, field="path")
        names = list(imports.files(place_here, recursive=recursive))
    if masks and is_address(masks):
        form, to = asked.masks_format, folder / _masks_path(masks)
        place = import_places.allowed(masks, buckets, field="masks_path", form=form)
        if form in catalogue.DOCUMENTS:
            wanted.append(Wanted(place, to, min(buckets.size(place), MAX_DOCUMENT_BYTES + 1)))
        else:
            ours = {catalogue.mask_file(form, name) for name in names}
            sizes = {n: size for n, size in import_places.files(place, buckets) if n in ours}
            wanted += _below(place, sizes, to, MAX_MASK_BYTES)
    return wanted


def _below(place: Address, sizes: dict[str, int], folder: Path, limit: int) -> list[Wanted]:
    import_places.check_tree(frozenset(sizes))
    return [
        Wanted(place.below(name), folder / name, min(size, limit + 1))
        for name, size in sorted(sizes.items())
    ]


def _unpacked(context: JobContext, upload: Path) -> Path:
    def check() -> None:
        if context.should_stop():
            raise Stopped

    unpacked = context.folder / "unpacked"
    context.report(0, "unpacking")
    archives.unpack(upload, unpacked, check=check)
    return unpacked
