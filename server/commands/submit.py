"""`maskloop submit`: hands in masks that were drawn elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.annotator import label_round
from server.commands.client import Client
from server.commands.output import Output


@remote.command
def submit(
    client: Client,
    out: Output,
    masks: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Index PNGs, named as the images.")
    ],
    project: remote.Project,
) -> None:
    """Take the items that wait for labels and hand in their masks; those without are skipped."""

    def drawn(image_name: str) -> bytes | None:
        path = masks / f"{Path(image_name).stem}.png"
        return path.read_bytes() if path.is_file() else None

    project_id = remote.project_path(client, project).rpartition("/")[2]
    effort = label_round(client, project_id, drawn)
    result = {
        "submitted": effort.items,
        "skipped": effort.skipped,
        "changed_pixels": effort.changed_pixels,
    }
    line = f"{effort.items} masks submitted, {effort.changed_pixels:,} pixels changed"
    missing = f", {effort.skipped} skipped for want of a mask" if effort.skipped else ""
    out.show(result, line + missing)
