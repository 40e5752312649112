"""Job `import`: reads a folder of images and masks, batch by batch, and reports on every file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import ClassList
from server.rules.errors import Invalid, Refusal
from server.rules.images import MAX_IMAGE_BYTES, MAX_MASK_BYTES, Domain, Split
from server.services import classes, imports, job_moves
from server.services.images import NewImage
from server.services.imports import Line, Outcome, Ready
from server.services.unit_of_work import unit_of_work
from worker.context import GiveUp, JobContext, Record, Stopped

BATCH_FILES = 128
BATCH_BYTES = 64 * 2**20
"""A batch is written with one round of syncs and one transaction, and bounds the memory."""
TRIES = 5
"""Two imports of the same images may meet; the loser looks again and finds duplicates."""


class FolderGone(GiveUp):
    """The folder cannot be read any more."""


@dataclass(frozen=True)
class Plan:
    """What the import was asked to do."""

    folder: Path
    masks: Path | None
    domain: Domain
    split: Split
    pattern: re.Pattern[str] | None
    class_list_id: UUID | None
    class_ids: frozenset[int]


@dataclass(frozen=True)
class Read:
    """One readable image with its mask's PNG, both in memory."""

    new: NewImage
    data: bytes
    mask: bytes | None


def run(context: JobContext) -> Record:
    """Import the folder; an image whose mask is bad is refused whole."""
    plan = _plan(context)
    names = _names(plan)
    journal = _Journal(context.folder / "accepted.jsonl")
    lines: list[Line] = []
    for batch in _batches(context, plan, names):
        if context.should_stop():
            raise Stopped
        lines += _write(context, plan, journal, batch)
        counts = sum(line.outcome is Outcome.ACCEPTED for line in lines)
        context.report(len(lines) / len(names), f"{len(lines)} of {len(names)}: {counts} accepted")
    result = imports.result(context.resources.blobs, sorted(lines, key=lambda line: line.name))
    context.log(
        f"{result['accepted']} accepted, {result['duplicates']} duplicates,"
        f" {result['refused']} refused"
    )

    def record(_session: Session) -> dict[str, Any]:
        return result

    return record


def _plan(context: JobContext) -> Plan:
    params = context.facts.params
    roots = context.resources.settings.import_roots
    try:
        folder = imports.allowed(params["path"], roots, field="path")
        masks = params["masks_path"] and imports.allowed(
            params["masks_path"], roots, field="masks_path"
        )
    except Invalid as refusal:
        raise FolderGone(refusal.detail) from None
    class_list_id = UUID(params["class_list_id"]) if params["class_list_id"] else None
    ids: frozenset[int] = frozenset()
    if class_list_id is not None:
        with context.resources.sessions() as session:
            ids = classes.ids(session.get_one(ClassList, class_list_id))
    pattern = params["group_pattern"]
    return Plan(
        folder=folder,
        masks=masks or None,
        domain=Domain(params["domain"]),
        split=Split(params["split"]),
        pattern=re.compile(pattern) if pattern else None,
        class_list_id=class_list_id,
        class_ids=ids,
    )


def _names(plan: Plan) -> list[str]:
    try:
        names = sorted(path.name for path in imports.files(plan.folder))
    except OSError as error:
        raise FolderGone(f"The folder cannot be read: {error.strerror}.") from None
    if not names:
        raise FolderGone("The folder holds no PNG or JPEG any more.")
    return names


def _batches(context: JobContext, plan: Plan, names: Sequence[str]) -> Iterator[list[Read | Line]]:
    """Read and check the files; a batch holds what became of each."""
    roots = context.resources.settings.import_roots
    batch: list[Read | Line] = []
    size = 0
    for name in names:
        if context.should_stop():
            raise Stopped
        found = _read(plan, name, roots)
        batch.append(found)
        size += len(found.data) if isinstance(found, Read) else 0
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(plan: Plan, name: str, roots: Sequence[Path]) -> Read | Line:
    """Read one image and its mask, or say which of them is refused, and why."""
    path = plan.folder / name
    stem = path.stem
    field = "image"
    try:
        data = _bytes(path, roots, limit=MAX_IMAGE_BYTES, field=field)
        facts = codecs.inspect_image(data)
        mask = None
        if plan.masks is not None:
            field = "mask"
            raw = _bytes(plan.masks / f"{stem}.png", roots, limit=MAX_MASK_BYTES, field=field)
            labels = codecs.decode_png_labels(raw)
            codecs.check_labels(
                labels, width=facts.width, height=facts.height, class_ids=plan.class_ids
            )
            mask = codecs.encode_png(labels)
    except Refusal as refusal:
        return Line(stem, Outcome.REFUSED, field, refusal.detail)
    found = plan.pattern.search(name) if plan.pattern else None
    group = (found.group(1) or None) if found else None
    sha256 = hashlib.sha256(data).hexdigest()
    return Read(NewImage(stem, sha256, len(data), facts, group), data, mask)


def _bytes(path: Path, roots: Sequence[Path], *, limit: int, field: str) -> bytes:
    """Read a file that is inside the roots even when it is a link."""
    try:
        real = path.resolve(strict=True)
        if not imports.is_inside(real, roots):
            raise Invalid("This is a link to outside of the import folders.", field=field)
        size = real.stat().st_size
        if size > limit:
            raise Invalid(f"{size} bytes; at most {limit}.", field=field)
        return real.read_bytes()
    except FileNotFoundError:
        raise Invalid(f"There is no file {path.name}.", field=field) from None
    except OSError as error:
        raise Invalid(f"The file cannot be read: {error.strerror}.", field=field) from None


def _write(
    context: JobContext, plan: Plan, journal: _Journal, batch: Sequence[Read | Line]
) -> list[Line]:
    """Keep the blobs, note the intent, then insert images and masks in one transaction."""
    refused = [found for found in batch if isinstance(found, Line)]
    reads = [found for found in batch if isinstance(found, Read)]
    blobs = context.resources.blobs
    blobs.put_many([read.data for read in reads])
    masked = [read for read in reads if read.mask is not None]
    hashes = blobs.put_many([read.mask for read in masked if read.mask is not None])
    by_name = {read.new.name: sha for read, sha in zip(masked, hashes, strict=True)}
    ready = [Ready(read.new, by_name.get(read.new.name)) for read in reads]
    earlier = journal.note(ready)
    lines = _register(context, plan, ready)
    return refused + [
        Line(line.name, Outcome.ACCEPTED)
        if line.outcome is Outcome.DUPLICATE and (line.name, one.image.sha256) in earlier
        else line
        for line, one in zip(lines, ready, strict=True)
    ]


def _register(context: JobContext, plan: Plan, ready: Sequence[Ready]) -> list[Line]:
    facts, resources = context.facts, context.resources
    for _ in range(TRIES):
        try:
            with unit_of_work(resources.sessions, resources.queue) as session:
                job_moves.locked(session, facts.id, facts.fence)
                return imports.register(
                    session,
                    facts.project_id,
                    ready,
                    domain=plan.domain,
                    split=plan.split,
                    class_list_id=plan.class_list_id,
                )
        except IntegrityError:
            continue  # someone else registered one of these meanwhile
    raise RuntimeError("The same images are being imported by others again and again.")


class _Journal:
    """What earlier attempts of this job meant to register, so that a retry reports truly.

    A batch is noted before its transaction. If it is found registered by a later attempt, it was
    this job that did it, and the file is reported as accepted, not as a duplicate.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = frozenset(self._read())

    def note(self, ready: Iterable[Ready]) -> frozenset[tuple[str, str]]:
        """Add a batch durably; return what earlier attempts noted."""
        with self._path.open("a") as file:
            for one in ready:
                file.write(json.dumps([one.image.name, one.image.sha256]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return self._seen

    def _read(self) -> Iterator[tuple[str, str]]:
        if not self._path.exists():
            return
        for line in self._path.read_text().splitlines():
            try:
                name, sha256 = json.loads(line)
            except ValueError:
                continue  # cut off by a crash, before its transaction began
            yield name, sha256
