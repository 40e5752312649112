"""Reports of imports: one JSON line per file, kept as a blob and read page by page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from server.db.models import Job
from server.rules.errors import Invalid, NotFound
from server.rules.jobs import JobKind
from server.storage.base import BlobStore

SHOWN = 100
"""Files that were not accepted that the job's row itself names; all are in the report's blob."""
_KEY = "report_lines_sha256"
_COLUMNS = ("file", "name", "outcome", "field", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Outcome(StrEnum):
    """What became of one file."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One file's line of the report."""

    file: str
    """Its path inside the folder or archive."""
    name: str
    """The image's name."""
    outcome: Outcome
    field: str | None = None
    reason: str | None = None

    def as_json(self) -> str:
        """Return the line as it stands in the report's blob."""
        return json.dumps(asdict(self))


def result(blobs: BlobStore, report: Path, counts: Mapping[Outcome, int]) -> dict[str, Any]:
    """Keep the report's file as a blob; return the job's result, which shows its beginning."""
    with report.open("rb") as file:
        notable = (line for line in map(json.loads, file) if line["outcome"] != Outcome.ACCEPTED)
        shown = list(islice(notable, SHOWN))
    return {
        "accepted": counts.get(Outcome.ACCEPTED, 0),
        "duplicates": counts.get(Outcome.DUPLICATE, 0),
        "refused": counts.get(Outcome.REFUSED, 0),
        "report": shown,
        _KEY: blobs.put_file(report),
    }


def page(
    blobs: BlobStore, job: Job, *, first: int, limit: int, outcome: Outcome | None = None
) -> tuple[list[Any], int | None]:
    """Return some lines of a finished import's report, and the byte where the next ones begin.

    `outcome`: only the lines of files that this became of.

    Raises:
        NotFound: The job is no import, or has not finished.
        Invalid: No line begins at `first`.
    """
    with blobs.open(_blob(job)) as file:
        file.seek(max(0, first - 1))
        if first and file.read(1) != b"\n":
            raise Invalid("This cursor is not one of ours.", field="cursor")
        # By readline: a file that is iterated over does not tell where it is.
        parsed = map(json.loads, iter(file.readline, b""))
        wanted = (line for line in parsed if outcome is None or line["outcome"] == outcome)
        lines = list(islice(wanted, limit))
        following = file.tell()
        return lines, following if next(wanted, None) else None


def as_csv(blobs: BlobStore, job: Job) -> Iterator[bytes]:
    """Check the job as `page` does, then yield the whole report as CSV, piece by piece."""
    return _csv(blobs.open(_blob(job)))


def _csv(report: BinaryIO) -> Iterator[bytes]:
    with report as file:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        while lines := list(islice(file, 1000)):
            for line in map(json.loads, lines):
                writer.writerow([_cell(line[column]) for column in _COLUMNS])
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()


def _cell(value: str | None) -> str:
    """Return the text so that a spreadsheet shows it and does not compute it."""
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _blob(job: Job) -> str:
    sha256 = (job.result or {}).get(_KEY)
    if job.kind is not JobKind.IMPORT or sha256 is None:
        raise NotFound
    return str(sha256)
