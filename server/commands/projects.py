"""`maskloop projects`: projects, their classes and their settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="Projects, their classes and settings.")

ClassFile = Annotated[
    Path, typer.Option(exists=True, help='JSON: {"classes": [{"id", "name", "colour"}]}.')
]


@app.command("list")
@remote.command
def listed(client: Client, out: Output) -> None:
    """List your projects."""
    rows = list(client.items("/projects"))
    out.rows(rows, ("name", "role", "created_at", "id"))


@app.command()
@remote.command
def make(
    client: Client,
    out: Output,
    name: Annotated[str, typer.Argument(help="The project's name.")],
    classes: ClassFile | None = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A setting as NAME=VALUE. Repeat it.")
    ] = None,
) -> None:
    """Make a project that you lead."""
    settings = remote.parsed(setting or [])
    made = client.post("/projects", {"name": name})
    path = f"/projects/{made['id']}"
    if classes is not None:
        client.put(f"{path}/classes", {"classes": _read_classes(classes)})
    if settings:
        client.patch(path, {"settings": settings}, version=made["etag"])
    made = client.get(path)
    out.show(made, f"Project {made['name']} is made: {made['id']}")


@app.command()
@remote.command
def show(client: Client, out: Output, project: remote.Project) -> None:
    """Say how a project stands."""
    found = client.get(remote.project_path(client, project))
    counts, budget, round_ = found["counts"], found["budget"], found["current_round"]
    line = (
        f"{found['name']}: {counts['source']} source images, {counts['pool_labelled']} of"
        f" {counts['pool']} target images labelled, {budget['left']} labels left;"
    )
    state = f" round {round_['number']} {round_['state']}" if round_ else " no round yet"
    out.show(found, line + state)


@app.command()
@remote.command
def change(
    client: Client,
    out: Output,
    project: remote.Project,
    classes: ClassFile | None = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting as NAME=VALUE, or NAME=null. Repeat it."),
    ] = None,
) -> None:
    """Give a project another class list or other settings; masks keep the list they had."""
    settings = remote.parsed(setting or [])
    path = remote.project_path(client, project)
    if classes is not None:
        client.put(f"{path}/classes", {"classes": _read_classes(classes)})
    if settings:
        client.patch(path, {"settings": settings}, version=client.get(path)["etag"])
    found = client.get(path)
    version = found["classes"]["version"] if found["classes"] else 0
    line = f"{found['name']}: class list {version}, settings {json.dumps(found['settings'])}"
    out.show(found, line)


def _read_classes(path: Path) -> list[Json]:
    try:
        classes: list[Json] = json.loads(path.read_text(encoding="utf-8"))["classes"]
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{path} holds no list of classes.") from None
    return classes
