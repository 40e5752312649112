"""`maskloop people`: figures, agreement, and what people are checked with."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client

app = typer.Typer(no_args_is_help=True, help="People's figures, agreement, and hidden truth.")

FIGURES = (
    "name", "labels", "minutes", "median_seconds", "changed_share", "returned_share",
    "hidden.items", "hidden.mean", "hidden.flagged_after", "agreement.kappa",
)  # fmt: skip
Images = Annotated[list[str], typer.Argument(help="Names of images of the pool.")]


@app.command()
def show(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Show everybody's figures; to who is no lead, their own."""
    with remote.service(url, token, "people show") as client:
        rows = client.get(f"{remote.project_path(client, project)}/statistics")["people"]
    remote.show_rows(rows, FIGURES, as_json=as_json)


@app.command()
def agreement(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Show how far each two people agree who labelled the same images."""
    with remote.service(url, token, "people agreement") as client:
        rows = client.get(f"{remote.project_path(client, project)}/agreement")["pairs"]
    remote.show_rows(rows, ("first", "second", "images", "miou", "kappa"), as_json=as_json)


@app.command()
def truths(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """List the images that people are checked with, newest first."""
    with remote.service(url, token, "people truths") as client:
        rows = list(client.items(f"{remote.project_path(client, project)}/truths"))
    remote.show_rows(rows, ("image", "scores", "mean", "image_id"), as_json=as_json)


@app.command()
def mark(
    project: remote.Project,
    images: Images,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Check people with images whose masks a reviewer approved; nobody is told which."""
    with remote.service(url, token, "people mark") as client:
        ids = [_image(client, remote.project_path(client, project), name) for name in images]
        marked = [client.put(f"/images/{each}/truth", {}) for each in ids]
    remote.show({"marked": marked}, f"{len(marked)} images marked", as_json=as_json)


@app.command()
def unmark(
    project: remote.Project,
    images: Images,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
) -> None:
    """Check nobody more with these images."""
    with remote.service(url, token, "people unmark") as client:
        for name in images:
            image_id = _image(client, remote.project_path(client, project), name)
            client.delete(f"/images/{image_id}/truth")
    remote.say(f"{len(images)} images unmarked")


def _image(client: Client, path: str, name: str) -> str:
    rows = client.items(f"{path}/images", split="pool", name=name)
    return str(remote.found(rows, "image", name, "name")["id"])
