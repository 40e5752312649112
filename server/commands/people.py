"""`maskloop people`: figures, agreement, and what people are checked with."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="People's figures, agreement, and hidden truth.")

FIGURES = (
    "name", "labels", "minutes", "median_seconds", "changed_share", "returned_share",
    "hidden.items", "hidden.mean", "hidden.flagged_after", "agreement.kappa",
)  # fmt: skip
Images = Annotated[list[str], typer.Argument(help="Names of images of the pool.")]


@app.command()
@remote.command
def show(client: Client, out: Output, project: remote.Project) -> None:
    """Show everybody's figures; to who is no lead, their own."""
    rows = client.get(f"{remote.project_path(client, project)}/statistics")["people"]
    out.rows(rows, FIGURES)


@app.command()
@remote.command
def agreement(client: Client, out: Output, project: remote.Project) -> None:
    """Show how far each two people agree who labelled the same images."""
    rows = client.get(f"{remote.project_path(client, project)}/agreement")["pairs"]
    out.rows(rows, ("first", "second", "images", "miou", "kappa"))


@app.command()
@remote.command
def truths(client: Client, out: Output, project: remote.Project) -> None:
    """List the images that people are checked with, newest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/truths"))
    out.rows(rows, ("image", "scores", "mean", "image_id"))


@app.command()
@remote.command
def mark(client: Client, out: Output, project: remote.Project, images: Images) -> None:
    """Check people with images whose masks a reviewer approved; nobody is told which."""
    ids = [_image(client, remote.project_path(client, project), name) for name in images]
    marked = [client.put(f"/images/{each}/truth", {}) for each in ids]
    out.show({"marked": marked}, f"{len(marked)} images marked")


@app.command()
@remote.command
def unmark(client: Client, out: Output, project: remote.Project, images: Images) -> None:
    """Check nobody more with these images."""
    for name in images:
        image_id = _image(client, remote.project_path(client, project), name)
        client.delete(f"/images/{image_id}/truth")
    out.show({"unmarked": images}, f"{len(images)} images unmarked")


def _image(client: Client, path: str, name: str) -> str:
    rows = client.items(f"{path}/images", split="pool", name=name)
    return str(remote.found(rows, "image", name, "name")["id"])
