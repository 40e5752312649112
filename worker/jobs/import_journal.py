"""What an import has done so far, durably, so that a later attempt goes on and reports truly."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from server.services.import_reports import Line, Outcome

Registered = tuple[str, str]
"""An image's name and SHA-256."""


class Journal:
    """The report, line by line, and the batch whose transaction may be under way.

    A batch is noted before its transaction and reported after it. If a later attempt finds a
    noted image registered, it was this job that did it: it is accepted, not a duplicate.
    """

    def __init__(self, folder: Path) -> None:
        self.report = folder / "report.jsonl"
        self._noted = folder / "noted.json"
        self.counts: Counter[Outcome] = Counter()
        self.last: str | None = None
        """The last file that was reported: the next attempt goes on behind it."""
        self._recover()
        self._earlier = self._read_noted()

    def note(self, batch: Sequence[Registered]) -> None:
        """Say durably what the next transaction means to register."""
        _write(self._noted, "w", json.dumps(batch))

    def is_ours(self, registered: Registered) -> bool:
        """Whether the attempt before this one may have registered this."""
        return registered in self._earlier

    def add(self, lines: Sequence[Line]) -> None:
        """Report the files of a batch, in their order."""
        _write(self.report, "a", "".join(f"{line.as_json()}\n" for line in lines))
        self._count(lines)

    def _recover(self) -> None:
        """Read what was reported; cut off a line that a crash left unfinished."""
        self.report.touch()
        with self.report.open("rb+") as file:
            end = 0
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                end += len(raw)
                fields = json.loads(raw)
                self._count([Line(**{**fields, "outcome": Outcome(fields["outcome"])})])
            file.truncate(end)

    def _count(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.counts[line.outcome] += 1
            self.last = line.file

    def _read_noted(self) -> frozenset[Registered]:
        try:
            return frozenset((name, sha256) for name, sha256 in json.loads(self._noted.read_text()))
        except (FileNotFoundError, ValueError):
            return frozenset()  # cut off by a crash: its transaction had not begun


def _write(path: Path, mode: str, text: str) -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
