"""`maskloop import`: brings a folder of this machine, with its masks, into a project."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated
from zipfile import ZIP_STORED, ZipFile

import httpx2
import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_job
from server.commands.output import Output, say

PIECE = 8 * 2**20
TRIES = 5
"""A piece that does not get through is sent again this often, from where the service says."""


@remote.command
def import_data(
    client: Client,
    out: Output,
    images: Annotated[str, typer.Argument(help="A folder of images.")],
    project: remote.Project,
    domain: Annotated[str, typer.Option(help="`source` or `target`.")],
    split: Annotated[str, typer.Option(help="`train`, `pool`, `validation` or `test`.")],
    masks: Annotated[str | None, typer.Option(help="Their masks: a folder or a file.")] = None,
    masks_format: Annotated[str, typer.Option("--format", help="The masks' format.")] = "png",
    label: Annotated[
        list[str] | None, typer.Option("--map", help="LABEL=ID; 255 is none. Repeat it.")
    ] = None,
    map_file: Annotated[Path | None, typer.Option(help="JSON: label to id.")] = None,
    groups: Annotated[str | None, typer.Option(help="Pattern whose group is the group.")] = None,
    on_server: Annotated[
        bool,
        typer.Option("--on-server", help="The places are the service's own: folders or s3://..."),
    ] = False,
) -> None:
    """Import images and masks; send them as an upload that goes on where it was broken off."""
    request: Json = {
        "domain": domain,
        "split": split,
        "recursive": True,
        "masks_format": masks_format,
        "map": remote.parsed_map(label or [], map_file),
        "group_pattern": groups,
    }
    path = remote.project_path(client, project)
    if on_server:
        place = {"path": images, "masks_path": masks}
    else:
        place = upload_folders(client, path, Path(images), Path(masks) if masks else None)
    job = client.post(f"{path}/imports", {**request, **place})
    result = wait_for_job(client, job, say=say)["result"]
    counts = f"{result['accepted']} images imported, {result['duplicates']} duplicates"
    out.show(result, f"{counts}, {result['refused']} refused")


def upload_folders(client: Client, project: str, images: Path, masks: Path | None) -> Json:
    """Send the folders as one archive; return where an import finds them in it."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "data.zip"
        masks_path = None
        with ZipFile(archive, "w", ZIP_STORED) as opened:
            _add(opened, images, "images")
            if masks is not None:
                masks_path = "masks" if masks.is_dir() else f"masks/{masks.name}"
                _add(opened, masks, masks_path)
        upload_id = upload(client, project, archive)
    return {"upload_id": upload_id, "path": "images", "masks_path": masks_path}


def upload(client: Client, project: str, file: Path) -> str:
    """Send a file piece by piece; return the upload's id."""
    size = file.stat().st_size
    begun = client.post(f"{project}/uploads", {"name": file.name, "bytes": size})
    path, offset = f"/uploads/{begun['id']}", 0
    with file.open("rb") as source:
        while offset < size:
            source.seek(offset)
            offset = _send(client, path, source.read(PIECE), offset)
            say(f"upload {100 * offset / size:3.0f} %")
    return str(begun["id"])


def _send(client: Client, path: str, piece: bytes, offset: int) -> int:
    """Send one piece; after a broken connection ask where to go on."""
    for attempt in range(1, TRIES + 1):
        try:
            return client.send_piece(path, piece, offset=offset)
        except httpx2.TransportError:
            if attempt == TRIES:
                raise
            time.sleep(attempt)
            arrived = client.offset(path)
            if arrived != offset:
                return arrived
    raise AssertionError("the last try returns or raises")


def _add(archive: ZipFile, source: Path, name: str) -> None:
    if source.is_file():
        archive.write(source, name)
        return
    for path in sorted(source.rglob("*")):
        if path.is_file():
            archive.write(path, f"{name}/{path.relative_to(source).as_posix()}")
