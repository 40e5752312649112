"""How the commands speak: results to people or to scripts, and on the way how far they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from server.commands.client import Json

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@dataclass(frozen=True)
class Output:
    """Where a command's result goes: lines and tables for people, JSON for scripts."""

    as_json: bool

    def show(self, result: Json, line: str) -> None:
        """Print the result for a script, or in one line."""
        if self.as_json:
            self.json(result)
        else:
            typer.echo(line)

    def json(self, result: Json | Sequence[Json]) -> None:
        """Print what is read by scripts alone."""
        typer.echo(json.dumps(result, indent=1))

    def rows(self, rows: Sequence[Json], columns: Sequence[str]) -> None:
        """Print the rows for a script, or as a table of these columns; `a.b` is `b` of `a`."""
        if self.as_json:
            self.json(rows)
            return
        table = [[column.removesuffix(".name").replace(".", " ") for column in columns]]
        table += [[_cell(row, column) for column in columns] for row in rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for line in table:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            typer.echo("  ".join(cells).rstrip())


def must_be_new(target: Path) -> None:
    """Refuse to write where something is."""
    if target.exists():
        raise typer.BadParameter(f"{target} is there already; nothing is overwritten.")


def say(line: str) -> None:
    """Say how far it is, apart from the result."""
    typer.echo(line, err=True)


def ended(command: str, reason: Exception) -> typer.Exit:
    """Say in one line why a command cannot go on."""
    typer.secho(f"maskloop {command}: {reason}", err=True, fg="red")
    return typer.Exit(1)


def _cell(row: Json, column: str) -> str:
    value: Any = row
    for part in column.split("."):
        value = None if value is None else value[part]
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
