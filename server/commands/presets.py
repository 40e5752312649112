"""`maskloop presets` lists the published settings, `maskloop begin` makes a project of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output
from server.commands.project_setup import grant
from server.rules.presets import PRESETS, Preset


def presets() -> None:
    """List the published settings that a project can begin with."""
    for preset in PRESETS.values():
        budgets = ", ".join(map(str, preset.budgets))
        typer.echo(f"{preset.name}: {preset.title}")
        typer.echo(f"  {len(preset.classes)} classes; {budgets} labelled images")


def _known_preset(name: str) -> str:
    """Refuse another name while the words are read: before a service is looked for."""
    if name not in PRESETS:
        raise typer.BadParameter(f"No preset {name!r}; there are {', '.join(PRESETS)}.")
    return name


@remote.command
def begin(
    client: Client,
    out: Output,
    preset: Annotated[
        str, typer.Argument(help=f"One of {', '.join(PRESETS)}.", callback=_known_preset)
    ],
    source: Annotated[Path, typer.Option(help="The source data set's own folder.")],
    target: Annotated[Path, typer.Option(help="The target data set's own folder.")],
    name: Annotated[str, typer.Option(help="The project's name; else the preset's.")] = "",
) -> None:
    """Make a project of a preset: classes, settings, imports, budget, and its first round's draft.

    The service must be running, and both folders lie in its import roots.
    """
    project = make_project(
        client, PRESETS[preset], source=source.resolve(), target=target.resolve(), name=name
    )
    line = f"Project {project['name']} is made; its images are being imported. Start its first"
    out.show(project, f"{line} round once they are there: {client.url}")


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
