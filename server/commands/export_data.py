"""`maskloop export`: writes a project's masks and images as an archive of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_job
from server.commands.output import Output, must_be_new, say


@remote.command
def export_data(
    client: Client,
    out: Output,
    target: Annotated[Path, typer.Argument(help="The zip file to write; it must not be there.")],
    project: remote.Project,
    form: Annotated[str, typer.Option("--format", help="The format of the masks.")] = "png",
    split: Annotated[
        list[str] | None, typer.Option(help="Only this split. Repeat it for several.")
    ] = None,
    without_images: Annotated[bool, typer.Option("--without-images", help="Masks alone.")] = False,
    export_id: Annotated[str, typer.Option(help="An earlier export: the same bytes.")] = "",
) -> None:
    """Export masks and images; say what the format cannot hold."""
    must_be_new(target)
    request: Json = {"format": form, "images": not without_images, "splits": split or None}
    if export_id:
        request = {"export_id": export_id}
    path = remote.project_path(client, project)
    job = wait_for_job(client, client.post(f"{path}/exports", request), say=say)
    client.download(f"/exports/{job['id']}/file", target)
    result = job["result"]
    line = f"{result['items']} masks in {target}, {result['losses']} losses,"
    out.show(result, f"{line} export {result['export_id']}")
