"""`maskloop jobs`: what long work is doing."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.following import wait_for_job

app = typer.Typer(no_args_is_help=True, help="Long work: trainings, imports, exports.")

Job = Annotated[str, typer.Argument(help="The job's id.")]


@app.command("list")
def listed(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """List a project's jobs, newest first."""
    with remote.service(url, token, "jobs list") as client:
        rows = list(client.items(f"{remote.project_path(client, project)}/jobs"))
    remote.show_rows(rows, ("kind", "state", "progress", "message", "id"), as_json=as_json)


@app.command()
def watch(
    job: Job,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Follow a job to its end; fails when it does."""
    with remote.service(url, token, "jobs watch") as client:
        ended = wait_for_job(client, client.get(f"/jobs/{job}"), say=remote.say)
    remote.show(ended, f"{ended['kind']}: {ended['state']}", as_json=as_json)


@app.command()
def log(job: Job, url: remote.Url = remote.HERE, token: remote.Token = "") -> None:
    """Print what a job said, oldest first."""
    with remote.service(url, token, "jobs log") as client:
        for line in client.items(f"/jobs/{job}/log"):
            typer.echo(f"{line['at']} {line['text']}")


@app.command()
def cancel(
    job: Job,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Cancel a queued job at once; ask a running one to stop."""
    with remote.service(url, token, "jobs cancel") as client:
        found = client.post(f"/jobs/{job}/cancel")
    remote.show(found, f"{found['kind']}: {found['state']}", as_json=as_json)
