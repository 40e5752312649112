"""Job `import`: reads a folder of images and masks, batch by batch, and reports on every file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import codecs
from server.codecs import ImageFacts
from server.db.models import ClassList
from server.decoder import door
from server.formats import catalogue
from server.formats.base import ClassEntry
from server.rules.errors import Invalid, ProjectFull, Refusal, Unavailable
from server.rules.images import MAX_IMAGE_BYTES, Domain, Split
from server.services import import_reports, imports, job_moves
from server.services.images import NewImage
from server.services.import_reports import Line, Outcome
from server.services.imports import Ready
from server.services.unit_of_work import unit_of_work
from server.storage.base import BlobStore
from worker.context import GiveUp, JobContext, Record, Stopped
from worker.jobs import import_places
from worker.jobs.import_journal import Journal
from worker.jobs.import_masks import DocumentMasks, FileMasks, Masks
from worker.jobs.import_places import FolderGone

BATCH_FILES = 1024
BATCH_BYTES = 16 * 2**20
"""A batch is written with one round of syncs and one transaction, and bounds the memory."""
TRIES = 5
"""Two imports of the same images may meet; the loser looks again and finds duplicates."""


class NoRoom(GiveUp):
    """The project holds as much as one may; what was imported until then stays."""


@dataclass(frozen=True)
class Plan:
    """What the import was asked to do."""

    folder: Path
    recursive: bool
    roots: tuple[Path, ...]
    masks: Masks | None
    domain: Domain
    split: Split
    pattern: re.Pattern[str] | None
    class_list_id: UUID | None
    class_ids: frozenset[int]
    progress: float


@dataclass(frozen=True)
class Read:
    """One readable image with its mask's PNG, both in memory."""

    file: str
    data: bytes
    facts: ImageFacts
    group: str | None
    mask: bytes | None


def run(context: JobContext) -> Record:
    """Import the folder; an image whose mask is bad is refused whole."""
    plan = _plan(context)
    try:
        result = _import(context, plan)
    finally:
        if plan.masks is not None:
            plan.masks.close()

    def record(_session: Session) -> dict[str, Any]:
        return result

    return record


def _import(context: JobContext, plan: Plan) -> dict[str, Any]:
    journal = Journal(context.folder)
    names = _names(plan)
    done = bisect_right(names, journal.last) if journal.last is not None else 0
    for batch in _batches(context, plan, names[done:]):
        _heed(context)
        _write(context, plan, journal, batch)
        done += len(batch)
        accepted = journal.counts[Outcome.ACCEPTED]
        share = plan.progress + (1 - plan.progress) * done / len(names)
        context.report(share, f"{done} of {len(names)}: {accepted} accepted")
    result = import_reports.result(context.resources.blobs, journal.report, journal.counts)
    context.log(
        f"{result['accepted']} accepted, {result['duplicates']} duplicates,"
        f" {result['refused']} refused"
    )
    return result


def _plan(context: JobContext) -> Plan:
    params = context.facts.params
    classes_known: list[ClassEntry] = []
    if params["class_list_id"]:
        with context.resources.sessions() as session:
            listed = session.get_one(ClassList, UUID(params["class_list_id"])).classes
        classes_known = [ClassEntry(one["id"], one["name"], one["colour"]) for one in listed]
    try:
        places = import_places.here(context)
        roots = places.roots
        folder = imports.allowed(places.images, roots, field="path")
        masks = _masks(params, places.masks, roots, classes_known) if places.masks else None
    except Unavailable:
        raise  # another attempt may succeed
    except Refusal as refusal:
        raise FolderGone(refusal.detail) from None
    pattern = params["group_pattern"]
    return Plan(
        folder=folder,
        recursive=params.get("recursive", False),
        roots=roots,
        masks=masks,
        domain=Domain(params["domain"]),
        split=Split(params["split"]),
        pattern=re.compile(pattern) if pattern else None,
        class_list_id=UUID(params["class_list_id"]) if params["class_list_id"] else None,
        class_ids=frozenset(one.id for one in classes_known),
        progress=places.progress,
    )


def _masks(
    params: Mapping[str, Any], path: str, roots: Sequence[Path], known: Sequence[ClassEntry]
) -> Masks:
    form = params.get("masks_format", "png")
    place = imports.allowed(path, roots, field="masks_path", form=form)
    mapping = params.get("mapping")

    def read(folder: Path, name: str, limit: int) -> bytes:
        return _bytes(folder, name, roots, limit=limit, field="mask")

    if form in catalogue.DOCUMENTS:
        return DocumentMasks(place, form, known, mapping, read)
    return FileMasks(place, form, mapping, read)


def _names(plan: Plan) -> list[str]:
    try:
        names = sorted(imports.files(plan.folder, recursive=plan.recursive))
    except OSError as error:
        raise FolderGone(f"The folder cannot be read: {error.strerror}.") from None
    if not names:
        raise FolderGone("The folder holds no image.")
    return names


def _batches(context: JobContext, plan: Plan, names: Sequence[str]) -> Iterator[list[Read | Line]]:
    """Read and check the files; a batch holds what became of each."""
    for group in _groups(context, plan, names):
        readable = {file: raw for file, raw in group.items() if not isinstance(raw, Line)}
        images = dict(zip(readable, door.take_images([*readable.values()]), strict=True))
        batch = []
        for file, raw in group.items():
            _heed(context)
            batch.append(raw if isinstance(raw, Line) else _read(plan, file, images.pop(file)))
        yield batch


def _groups(
    context: JobContext, plan: Plan, names: Sequence[str]
) -> Iterator[dict[str, bytes | Line]]:
    """Read so many files, or so many bytes, that they are decoded by one question."""
    group: dict[str, bytes | Line] = {}
    size = 0
    for name in names:
        _heed(context)
        try:
            raw = _bytes(plan.folder, name, plan.roots, limit=MAX_IMAGE_BYTES, field="image")
        except Refusal as refusal:
            group[name] = _refused(name, "image", refusal)
        else:
            group[name] = raw
            size += len(raw)
        if len(group) >= BATCH_FILES or size >= BATCH_BYTES:
            yield group
            group, size = {}, 0
    if group:
        yield group


def _heed(context: JobContext) -> None:
    if context.should_stop():
        raise Stopped


def _refused(file: str, field: str, refusal: Refusal) -> Line:
    return Line(file, Path(file).stem, Outcome.REFUSED, field, refusal.detail)


def _read(plan: Plan, file: str, image: door.Image | Refusal) -> Read | Line:
    """Take one image and its mask, or say which of them is refused, and why."""
    if isinstance(image, Refusal):
        return _refused(file, "image", image)
    data, facts = image
    mask = None
    if plan.masks is not None:
        try:
            labels = plan.masks.of(file, facts)
            codecs.check_labels(
                labels, width=facts.width, height=facts.height, class_ids=plan.class_ids
            )
        except Refusal as refusal:
            return _refused(file, "mask", refusal)
        mask = codecs.encode_png(labels)
    found = plan.pattern.search(file) if plan.pattern else None
    group = (found.group(1) or None) if found else None
    return Read(file, data, facts, group, mask)


def _bytes(folder: Path, name: str, roots: Sequence[Path], *, limit: int, field: str) -> bytes:
    """Read a file of a resolved folder; a link is followed only inside the roots."""
    path = folder / name
    try:
        if "/" in name or path.is_symlink():
            path = path.resolve(strict=True)
            if not imports.is_inside(path, roots):
                raise Invalid("This is a link to outside of the import folders.", field=field)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise Invalid(f"There is no file {name}.", field=field) from None
    except OSError as error:
        raise Invalid(f"The file cannot be read: {error.strerror}.", field=field) from None
    if len(data) > limit:
        raise Invalid(f"More than {limit} bytes, which is the most.", field=field)
    return data


def _write(context: JobContext, plan: Plan, journal: Journal, batch: Sequence[Read | Line]) -> None:
    """Keep the blobs, note the intent, insert in one transaction, then report."""
    reads = [found for found in batch if isinstance(found, Read)]
    ready = _kept(context.resources.blobs, reads)
    journal.note([(one.image.name, one.image.sha256) for one in ready])
    reasons = _register(context, plan, ready)
    lines = {
        read.file: _line(journal, read, one, reason)
        for read, one, reason in zip(reads, ready, reasons, strict=True)
    }
    journal.add([found if isinstance(found, Line) else lines[found.file] for found in batch])


def _kept(blobs: BlobStore, reads: Sequence[Read]) -> list[Ready]:
    """Put images and masks into the store with one round of syncs."""
    masks = [read.mask for read in reads if read.mask is not None]
    hashes = blobs.put_many([*(read.data for read in reads), *masks])
    of_masks = iter(hashes[len(reads) :])
    return [
        Ready(
            NewImage(Path(read.file).stem, sha256, len(read.data), read.facts, read.group),
            next(of_masks) if read.mask is not None else None,
        )
        for read, sha256 in zip(reads, hashes, strict=False)
    ]


def _line(journal: Journal, read: Read, ready: Ready, reason: str | None) -> Line:
    name = ready.image.name
    if reason is None or journal.is_ours((name, ready.image.sha256)):
        return Line(read.file, name, Outcome.ACCEPTED)
    return Line(read.file, name, Outcome.DUPLICATE, "image", reason)


def _register(context: JobContext, plan: Plan, ready: Sequence[Ready]) -> list[str | None]:
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
                    most_bytes=resources.settings.project_bytes,
                )
        except ProjectFull as full:
            raise NoRoom(full.detail) from None
        except IntegrityError:
            continue  # someone else registered one of these meanwhile
    raise RuntimeError("The same images are being imported by others again and again.")
