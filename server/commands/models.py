"""`maskloop models`: which model serves, and models as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_job

app = typer.Typer(no_args_is_help=True, help="Models: promote, roll back, download.")

Version = Annotated[int, typer.Argument(min=1, help="The model's version, as `models list` says.")]


@app.command("list")
def listed(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """List a project's models, newest first."""
    with remote.service(url, token, "models list") as client:
        rows = list(client.items(f"{remote.project_path(client, project)}/models"))
    shown = [{**row, **_scores(row)} for row in rows]
    columns = ("version", "kind", "labels_spent", "validation", "test", "serving", "id")
    remote.show_rows(rows if as_json else shown, columns, as_json=as_json)


@app.command()
def promote(
    version: Version,
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Have a model serve; refused when it is worse on validation than the one that does."""
    with remote.service(url, token, "models promote") as client:
        model = _model(client, project, version)
        made = client.post(f"/models/{model['id']}/promote")
    remote.show(made, f"Model {version}: {made['outcome']}, {made['reason']}", as_json=as_json)


@app.command("rollback")
def roll_back(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Have the earlier model serve again."""
    with remote.service(url, token, "models rollback") as client:
        made = client.post(f"{remote.project_path(client, project)}/models/rollback")
    remote.show(made, f"Model {made['version']} serves again", as_json=as_json)


@app.command()
def download(
    version: Version,
    target: Annotated[Path, typer.Argument(help="A new folder, or a new file for ONNX.")],
    project: remote.Project,
    onnx: Annotated[bool, typer.Option("--onnx", help="As one ONNX file.")] = False,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
) -> None:
    """Write a model's files: safetensors, configuration and manifest, or ONNX."""
    if target.exists():
        raise typer.BadParameter(f"{target} is there already; nothing is overwritten.")
    with remote.service(url, token, "models download") as client:
        model = _model(client, project, version)
        if onnx:
            job = client.post(f"/models/{model['id']}/onnx")
            wait_for_job(client, job, say=remote.say)
            client.download(f"/jobs/{job['id']}/file", target)
        else:
            target.mkdir(parents=True)
            for name in model["files"]:
                client.download(f"/models/{model['id']}/files/{name}", target / name)
    typer.echo(f"Model {version} is in {target}.")


def _model(client: Client, project: str, version: int) -> Json:
    models = client.items(f"{remote.project_path(client, project)}/models")
    return remote.found(models, "model", str(version), "version")


def _scores(model: Json) -> Json:
    """Return the mIoU of each split that the model was measured on."""
    return {
        split: next((one["miou"] for one in model["evaluations"] if one["split"] == split), None)
        for split in ("validation", "test")
    }
