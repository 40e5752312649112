"""`maskloop convert`: label maps from one dataset format into another, with a report per image."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from server.commands.output import ended
from server.formats import yolo
from server.formats.base import ClassEntry, Item
from server.formats.catalogue import DOCUMENTS, POLYGONS, RASTERS, YOLO, Losses, sketches
from server.rules.errors import Refusal

# A colour PNG needs an explicit map, which this command does not take.
READS = (*RASTERS, *DOCUMENTS)
WRITES = (*RASTERS, *DOCUMENTS, *POLYGONS, YOLO)


class BadConversion(Exception):
    """What was asked for cannot be converted; the text says which file and why."""


def convert(
    source: Annotated[Path, typer.Argument(help="A folder of PNGs, or one annotation file.")],
    target: Annotated[Path, typer.Argument(help="A new folder, or the file to write.")],
    read: Annotated[str, typer.Option("--from", help=", ".join(READS))],
    write: Annotated[str, typer.Option("--to", help=", ".join(WRITES))],
    classes: Annotated[Path, typer.Option(help="classes.json: ids, names and colours.")],
) -> None:
    """Convert label maps between dataset formats; say what polygons cannot hold."""
    try:
        report = convert_files(source, target, read=read, write=write, classes=classes)
    except BadConversion as reason:
        raise ended("convert", reason) from None
    for name, losses in report.items():
        for loss in losses:
            typer.echo(f"{name}: class {loss.class_id}, {loss.kind} of {loss.pixels} px")
    typer.echo(f"{len(report)} images converted")


def convert_files(source: Path, target: Path, *, read: str, write: str, classes: Path) -> Losses:
    """Convert everything or write nothing; return by image what the new form loses.

    Raises:
        BadConversion: An unknown format, an unreadable file, a target that is there already.
    """
    if read not in READS or write not in WRITES:
        raise BadConversion(f"Reads {', '.join(READS)}; writes {', '.join(WRITES)}.")
    if target.exists():
        raise BadConversion(f"{target} is there already; nothing is overwritten.")
    entries = _classes(classes)
    try:
        items = list(_read(source, read, entries))
        files, report = _written(items, write, entries)
    except OSError as error:
        raise BadConversion(f"{error.filename}: {error.strerror}") from None
    except Refusal as refusal:
        raise BadConversion(f"{refusal.fields[0].name}: {refusal.detail}") from None
    if not items:
        raise BadConversion(f"{source} holds no label map.")
    for name, data in files.items():
        path = target / name if name else target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return report


def _classes(path: Path) -> list[ClassEntry]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["classes"]
        return [ClassEntry(int(one["id"]), one["name"], one["colour"]) for one in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadConversion(f"{path} is no class list: {error!r}.") from None


def _read(source: Path, form: str, classes: Sequence[ClassEntry]) -> Iterator[Item]:
    if form in DOCUMENTS:
        for sketch in sketches(form, source.read_bytes(), classes, None):
            yield sketch.item()
        return
    for path in sorted(source.glob("*.png")):
        try:
            yield Item(path.stem, RASTERS[form].read(path.read_bytes()))
        except Refusal as refusal:
            raise BadConversion(f"{path.name}: {refusal.detail}") from None


def _written(
    items: Sequence[Item], form: str, classes: Sequence[ClassEntry]
) -> tuple[dict[str, bytes], Losses]:
    """Return the files by name ("" for the one that is the target itself), and what is lost."""
    nothing: Losses = {item.name: () for item in items}
    if form in RASTERS:
        return {f"{item.name}.png": RASTERS[form].write(item.labels) for item in items}, nothing
    if form in DOCUMENTS:
        return {"": DOCUMENTS[form].write(items, classes)}, nothing
    if form in POLYGONS:
        document, report = POLYGONS[form](items, classes)
        return {"": document}, report
    texts = {item.name: yolo.write(item.labels, classes) for item in items}
    return (
        {f"{name}.txt": data for name, (data, _) in texts.items()},
        {name: losses for name, (_, losses) in texts.items()},
    )
