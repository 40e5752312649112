"""`maskloop jobs`: what long work is doing."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client
from server.commands.following import wait_for_job
from server.commands.output import Output, say

app = typer.Typer(no_args_is_help=True, help="Long work: trainings, imports, exports.")

Job = Annotated[str, typer.Argument(help="The job's id.")]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's jobs, newest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/jobs"))
    out.rows(rows, ("kind", "state", "progress", "message", "id"))


@app.command()
@remote.command
def watch(client: Client, out: Output, job: Job) -> None:
    """Follow a job to its end; fails when it does."""
    ended = wait_for_job(client, client.get(f"/jobs/{job}"), say=say)
    out.show(ended, f"{ended['kind']}: {ended['state']}")


@app.command()
@remote.command
def log(client: Client, out: Output, job: Job) -> None:
    """Print what a job said, oldest first."""
    out.rows(list(client.items(f"/jobs/{job}/log")), ("at", "text"))


@app.command()
@remote.command
def cancel(client: Client, out: Output, job: Job) -> None:
    """Cancel a queued job at once; ask a running one to stop."""
    found = client.post(f"/jobs/{job}/cancel")
    out.show(found, f"{found['kind']}: {found['state']}")
