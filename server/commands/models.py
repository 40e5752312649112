"""`maskloop models`: which model serves, and models as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_job
from server.commands.output import Output, must_be_new, say

app = typer.Typer(no_args_is_help=True, help="Models: promote, roll back, predict, download.")

Version = Annotated[int, typer.Argument(min=1, help="The model's version, as `models list` says.")]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's models, newest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/models"))
    columns = ("version", "kind", "labels_spent", "validation", "test", "serving", "id")
    out.rows([{**row, **_scores(row)} for row in rows], columns)


@app.command()
@remote.command
def promote(client: Client, out: Output, version: Version, project: remote.Project) -> None:
    """Have a model serve; refused when it is worse on validation than the one that does."""
    model = _model(client, project, version)
    made = client.post(f"/models/{model['id']}/promote")
    out.show(made, f"Model {version}: {made['outcome']}, {made['reason']}")


@app.command("rollback")
@remote.command
def roll_back(client: Client, out: Output, project: remote.Project) -> None:
    """Have the earlier model serve again."""
    made = client.post(f"{remote.project_path(client, project)}/models/rollback")
    out.show(made, f"Model {made['version']} serves again")


@app.command()
@remote.command
def download(
    client: Client,
    out: Output,
    version: Version,
    target: Annotated[Path, typer.Argument(help="A new folder, or a new file for ONNX.")],
    project: remote.Project,
    onnx: Annotated[bool, typer.Option("--onnx", help="As one ONNX file.")] = False,
) -> None:
    """Write a model's files: safetensors, configuration and manifest, or ONNX."""
    must_be_new(target)
    model = _model(client, project, version)
    if onnx:
        job = client.post(f"/models/{model['id']}/onnx")
        wait_for_job(client, job, say=say)
        client.download(f"/jobs/{job['id']}/file", target)
    else:
        target.mkdir(parents=True)
        for name in model["files"]:
            client.download(f"/models/{model['id']}/files/{name}", target / name)
    out.show({"version": version, "target": str(target)}, f"Model {version} is in {target}.")


@app.command()
@remote.command
def predict(
    client: Client,
    out: Output,
    project: remote.Project,
    folder: Annotated[
        str | None,
        typer.Option(help="The service's own folder or s3://bucket/prefix; none: the pool."),
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--to", help="A new file for a folder's masks, a zip.")
    ] = None,
) -> None:
    """Have the serving model draw masks: of the pool, or of any folder as an archive."""
    if (folder is None) != (target is None):
        raise typer.BadParameter("--folder and --to come together.")
    if target is not None:
        must_be_new(target)
    path = f"{remote.project_path(client, project)}/predictions"
    job = client.post(path, {"folder": folder})
    result = wait_for_job(client, job, say=say)["result"]
    if target is not None:
        client.download(f"/jobs/{job['id']}/file", target)
    where = f"; they are in {target}" if target else ""
    out.show(result, f"Masks of {result['images']} images{where}")


def _model(client: Client, project: str, version: int) -> Json:
    models = client.items(f"{remote.project_path(client, project)}/models")
    return remote.found(models, "model", str(version), "version")


def _scores(model: Json) -> Json:
    """Return the mIoU of each split that the model was measured on."""
    return {
        split: next((one["miou"] for one in model["evaluations"] if one["split"] == split), None)
        for split in ("validation", "test")
    }
