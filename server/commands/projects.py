"""`maskloop projects`: projects, their classes and their settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Json

app = typer.Typer(no_args_is_help=True, help="Projects, their classes and settings.")

ClassFile = Annotated[
    Path, typer.Option(exists=True, help='JSON: {"classes": [{"id", "name", "colour"}]}.')
]


@app.command("list")
def listed(
    url: remote.Url = remote.HERE, token: remote.Token = "", as_json: remote.AsJson = False
) -> None:
    """List your projects."""
    with remote.service(url, token, "projects list") as client:
        rows = list(client.items("/projects"))
    remote.show_rows(rows, ("name", "role", "created_at", "id"), as_json=as_json)


@app.command()
def make(
    name: Annotated[str, typer.Argument(help="The project's name.")],
    classes: ClassFile | None = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A setting as NAME=VALUE. Repeat it.")
    ] = None,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Make a project that you lead."""
    settings = remote.parsed(setting or [])
    with remote.service(url, token, "projects make") as client:
        made = client.post("/projects", {"name": name})
        path = f"/projects/{made['id']}"
        if classes is not None:
            client.put(f"{path}/classes", {"classes": _read_classes(classes)})
        if settings:
            client.patch(path, {"settings": settings}, version=made["etag"])
        made = client.get(path)
    remote.show(made, f"Project {made['name']} is made: {made['id']}", as_json=as_json)


@app.command()
def show(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Say how a project stands."""
    with remote.service(url, token, "projects show") as client:
        found = client.get(remote.project_path(client, project))
    counts, budget, round_ = found["counts"], found["budget"], found["current_round"]
    line = (
        f"{found['name']}: {counts['source']} source images, {counts['pool_labelled']} of"
        f" {counts['pool']} target images labelled, {budget['left']} labels left;"
    )
    state = f" round {round_['number']} {round_['state']}" if round_ else " no round yet"
    remote.show(found, line + state, as_json=as_json)


@app.command()
def change(
    project: remote.Project,
    classes: ClassFile | None = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting as NAME=VALUE, or NAME=null. Repeat it."),
    ] = None,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Give a project another class list or other settings; masks keep the list they had."""
    settings = remote.parsed(setting or [])
    with remote.service(url, token, "projects change") as client:
        path = remote.project_path(client, project)
        if classes is not None:
            client.put(f"{path}/classes", {"classes": _read_classes(classes)})
        if settings:
            client.patch(path, {"settings": settings}, version=client.get(path)["etag"])
        found = client.get(path)
    version = found["classes"]["version"] if found["classes"] else 0
    line = f"{found['name']}: class list {version}, settings {json.dumps(found['settings'])}"
    remote.show(found, line, as_json=as_json)


def _read_classes(path: Path) -> list[Json]:
    try:
        classes: list[Json] = json.loads(path.read_text(encoding="utf-8"))["classes"]
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{path} holds no list of classes.") from None
    return classes
