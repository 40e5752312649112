"""What commands that speak to a running service share: where it is, who asks, how results look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from server.commands.client import Client, Json, Refused
from server.commands.following import JobFailed
from server.commands.local_access import admin_token
from server.settings import Settings

Project = Annotated[str, typer.Option(help="The project's name or id.")]
Url = Annotated[str, typer.Option(help="Where the service is.")]
Token = Annotated[
    str, typer.Option(help="A token; left out: the admin's, from this machine's data folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the job's result as JSON.")]


@contextmanager
def service(url: str, token: str, command: str) -> Iterator[Client]:
    """Give a client; what goes wrong ends the command with one line."""
    client: Client | None = None
    try:
        client = Client(url, token or admin_token(Settings()))
        yield client
    except (Refused, JobFailed, OSError, httpx2.TransportError) as reason:
        typer.secho(f"maskloop {command}: {reason}", err=True, fg="red")
        raise typer.Exit(1) from None
    finally:
        if client is not None:
            client.close()


def project_path(client: Client, project: str) -> str:
    """Return the address of the project of this name or id."""
    for one in client.items("/projects"):
        if project in (one["id"], one["name"]):
            return f"/projects/{one['id']}"
    raise Refused(status=404, kind="not_found", text=f"There is no project {project!r}.")


def say(line: str) -> None:
    """Say how far it is, apart from the result."""
    typer.echo(line, err=True)


def show(result: Json, line: str, *, as_json: bool) -> None:
    """Print the result for a script, or in one line."""
    typer.echo(json.dumps(result, indent=1) if as_json else line)


def parsed_map(pairs: list[str], file: Path | None) -> dict[str, int] | None:
    """Return the mapping of `label=id` pairs, or of a JSON file; None when there is neither."""
    found: dict[str, int] = json.loads(file.read_text()) if file else {}
    for pair in pairs:
        label, _, class_id = pair.rpartition("=")
        if not label or not class_id.isdecimal():
            raise typer.BadParameter(f"{pair!r} is not LABEL=ID.")
        found[label] = int(class_id)
    return found or None
