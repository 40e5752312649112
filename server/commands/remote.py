"""What commands that speak to a running service share: where it is, who asks, how results look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from server.commands.client import Client, Json, Refused
from server.commands.following import JobFailed
from server.commands.local_access import admin_token
from server.settings import Settings

Project = Annotated[str, typer.Option(help="The project's name or id.")]
Url = Annotated[str, typer.Option(envvar="MASKLOOP_URL", help="Where the service is.")]
# By the environment as well: what stands in a command line is read by everybody on the machine.
Token = Annotated[
    str,
    typer.Option(
        envvar="MASKLOOP_TOKEN",
        show_envvar=True,
        help="A token; left out: the admin's, from this machine's data folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
HERE = "http://127.0.0.1:8000"


@contextmanager
def service(url: str, token: str, command: str) -> Iterator[Client]:
    """Give a client; what goes wrong ends the command with one line."""
    client: Client | None = None
    try:
        client = Client(url, token or admin_token(Settings()))
        yield client
    except (Refused, JobFailed, OSError, httpx2.TransportError) as reason:
        raise ended(command, reason) from None
    finally:
        if client is not None:
            client.close()


def ended(command: str, reason: Exception) -> typer.Exit:
    """Say in one line why a command cannot go on."""
    typer.secho(f"maskloop {command}: {reason}", err=True, fg="red")
    return typer.Exit(1)


def project_path(client: Client, project: str) -> str:
    """Return the address of the project of this name or id."""
    one = found(client.items("/projects"), "project", project, "id", "name")
    return f"/projects/{one['id']}"


def found(rows: Iterator[Json], what: str, given: str, *fields: str) -> Json:
    """Return the one row that has the given text in one of the fields.

    Raises:
        Refused: There is none.
    """
    for row in rows:
        if given in (str(row[field]) for field in fields):
            return row
    raise missing(what, repr(given))


def missing(what: str, which: str) -> Refused:
    """Say that the service has no such thing."""
    return Refused(status=404, kind="not_found", text=f"There is no {what} {which}.")


def say(line: str) -> None:
    """Say how far it is, apart from the result."""
    typer.echo(line, err=True)


def show(result: Json, line: str, *, as_json: bool) -> None:
    """Print the result for a script, or in one line."""
    typer.echo(json.dumps(result, indent=1) if as_json else line)


def show_rows(rows: Sequence[Json], columns: Sequence[str], *, as_json: bool) -> None:
    """Print the rows for a script, or as a table of these columns; `a.b` is `b` of `a`."""
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
        return
    table = [[column.removesuffix(".name").replace(".", " ") for column in columns]]
    table += [[_cell(row, column) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def _cell(row: Json, column: str) -> str:
    value: Any = row
    for part in column.split("."):
        value = None if value is None else value[part]
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def parsed(pairs: list[str]) -> Json:
    """Read `NAME=JSON` options; what is no JSON is text: `steps=250`, `recipe=supervised`."""
    read: Json = {}
    for pair in pairs:
        name, given, text = pair.partition("=")
        if not given:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE.")
        try:
            read[name] = json.loads(text)
        except ValueError:
            read[name] = text
    return read


def parsed_map(pairs: list[str], file: Path | None) -> dict[str, int] | None:
    """Return the mapping of `label=id` pairs, or of a JSON file; None when there is neither."""
    found: dict[str, int] = json.loads(file.read_text()) if file else {}
    for pair in pairs:
        label, _, class_id = pair.rpartition("=")
        if not label or not class_id.isdecimal():
            raise typer.BadParameter(f"{pair!r} is not LABEL=ID.")
        found[label] = int(class_id)
    return found or None
