"""`maskloop presets` lists the published settings, `maskloop begin` makes a project of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx2
import typer

from server.commands import local_access
from server.commands.client import Client, Json, Refused
from server.commands.project_setup import grant
from server.rules.presets import PRESETS, Preset
from server.settings import Settings


def presets() -> None:
    """List the published settings that a project can begin with."""
    for preset in PRESETS.values():
        budgets = ", ".join(map(str, preset.budgets))
        typer.echo(f"{preset.name}: {preset.title}")
        typer.echo(f"  {len(preset.classes)} classes; {budgets} labelled images")


def begin(
    preset: Annotated[str, typer.Argument(help=f"One of {', '.join(PRESETS)}.")],
    source: Annotated[Path, typer.Option(help="The source data set's own folder.")],
    target: Annotated[Path, typer.Option(help="The target data set's own folder.")],
    name: Annotated[str, typer.Option(help="The project's name; else the preset's.")] = "",
    url: Annotated[str, typer.Option(help="A running service; needs --token.")] = "",
    token: Annotated[str, typer.Option(help="A token for --url.")] = "",
    data: Annotated[Path | None, typer.Option(help="Data folder of the own service.")] = None,
) -> None:
    """Make a project of a preset: classes, settings, imports, budget, and its first round's draft.

    The service must be running, and both folders lie in its import roots.
    """
    if preset not in PRESETS:
        raise typer.BadParameter(f"No preset {preset!r}; there are {', '.join(PRESETS)}.")
    if bool(url) != bool(token):
        raise typer.BadParameter("--url and --token go together.")
    settings = Settings() if data is None else Settings(data=data)
    url = url or f"http://{settings.host}:{settings.port}"
    try:
        client = Client(url, token or local_access.admin_token(settings))
        project = make_project(
            client, PRESETS[preset], source=source.resolve(), target=target.resolve(), name=name
        )
    except (Refused, httpx2.TransportError) as error:
        typer.secho(f"maskloop begin: {error}", err=True, fg="red")
        raise typer.Exit(1) from None
    typer.echo(f"Project {project['name']} is made; its images are being imported.")
    typer.echo(f"Start its first round once they are there: {url}")


def make_project(
    client: Client, preset: Preset, *, source: Path, target: Path, name: str = ""
) -> Json:
    """Make the project and return it; the imports go on as jobs."""
    project_id = str(client.post("/projects", {"name": name or preset.name})["id"])
    path = f"/projects/{project_id}"
    client.put(f"{path}/classes", {"classes": preset.class_list})
    client.patch(path, {"settings": preset.settings}, version=client.get(path)["etag"])
    for folder, layout, domain, split in (
        (source, preset.source, "source", "train"),
        (target, preset.target, "target", "pool"),
        (target, preset.target, "target", "test"),
    ):
        body = {"path": str(folder), "layout": layout, "domain": domain, "split": split}
        client.post(f"{path}/imports", body)
    grant(client, project_id, images=max(preset.budgets))
    first = {"k": preset.budgets[0], "strategy": preset.first_strategy, "initial": preset.initial}
    client.post(f"{path}/rounds", first)
    return client.get(path)
