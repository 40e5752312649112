"""Job `export`: writes an export's frozen list as one archive, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from server import codecs
from server.formats.base import ClassEntry, Item
from server.rules.errors import Refusal
from server.services import exports
from server.services.exports import Row
from server.storage.base import BlobStore
from worker.context import GiveUp, JobContext, Record, Stopped
from worker.jobs import export_files
from worker.jobs.export_files import Put

SHOWN = 100
"""Losses that the job's row itself names; all are in the archive's report.csv."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say: the archive's bytes depend on nothing but its content."""


class CannotExport(GiveUp):
    """A mask cannot be written in the format; the message names which and why."""


def run(context: JobContext) -> Record:
    """Write the archive and keep it as a blob."""
    blobs = context.resources.blobs
    export_id = context.facts.params["export_id"]
    manifest = exports.read(blobs, export_id)
    path = context.folder / "export.zip"
    items = DrawnItems(blobs, manifest["rows"], _progress(context, len(manifest["rows"])))
    classes = [ClassEntry(one["id"], one["name"], one["colour"]) for one in manifest["classes"]]
    with ZipFile(path, "w", ZIP_STORED) as archive:
        try:
            losses = export_files.write(manifest, export_id, items, classes, blobs, _put(archive))
        except Refusal as refusal:
            where = refusal.fields[0].name if refusal.fields else "export"
            raise CannotExport(f"{where}: {refusal.detail}") from None
    result = {
        "export_id": export_id,
        "format": manifest["format"],
        "items": len(items),
        "sha256": blobs.put_file(path),
        "bytes": path.stat().st_size,
        "losses": len(losses),
        "report": losses[:SHOWN],
    }

    def record(_session: Session) -> dict[str, Any]:
        return result

    return record


class DrawnItems(Sequence[Item]):
    """The rows' label maps, each read when it is asked for, so that memory holds one."""

    def __init__(self, blobs: BlobStore, rows: Sequence[Row], seen: Callable[[], None]) -> None:
        self._blobs, self._seen = blobs, seen
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Item]:
        return (self[place] for place in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> DrawnItems: ...
    def __getitem__(self, place: int | slice) -> Item | DrawnItems:
        if isinstance(place, slice):
            return DrawnItems(self._blobs, self.rows[place], self._seen)
        self._seen()
        row = self.rows[place]
        labels = codecs.decode_png_labels(self._blobs.read(row.mask_sha256))
        return Item(export_files.image_file(row), labels)


def _put(archive: ZipFile) -> Put:
    def put(name: str, data: bytes) -> None:
        info = ZipInfo(name, _MOMENT)
        info.create_system = 3
        info.external_attr = 0o644 << 16
        archive.writestr(info, data)

    return put


def _progress(context: JobContext, of: int) -> Callable[[], None]:
    seen = 0

    def count() -> None:
        nonlocal seen
        if context.should_stop():
            raise Stopped
        seen += 1
        context.report(min(0.99, seen / (2 * of)), "writing")

    return count
