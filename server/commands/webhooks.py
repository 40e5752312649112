"""`maskloop webhooks`: telling other services, and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="Addresses that a project's events are posted to.")

Address = Annotated[str, typer.Argument(help="The webhook's address or its id.")]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's webhooks."""
    rows = list(client.items(f"{remote.project_path(client, project)}/webhooks"))
    out.rows(rows, ("url", "enabled", "created_at", "id"))


@app.command()
@remote.command
def make(
    client: Client,
    out: Output,
    address: Annotated[str, typer.Argument(help="Where to post.")],
    project: remote.Project,
) -> None:
    """Have a project's events posted there; the secret that signs them is shown once."""
    made = client.post(f"{remote.project_path(client, project)}/webhooks", {"url": address})
    out.show(made, f"{made['url']} is told; {made['secret']} signs it, and is shown only here.")


@app.command()
@remote.command
def remove(client: Client, out: Output, address: Address, project: remote.Project) -> None:
    """Post there no more, and forget what was posted."""
    found = _webhook(client, project, address)
    client.delete(f"/webhooks/{found['id']}")
    out.show({"removed": found["id"]}, f"{found['url']} is told no more.")


@app.command()
@remote.command
def ping(client: Client, out: Output, address: Address, project: remote.Project) -> None:
    """Have an event `ping` posted, to try it."""
    sent = client.post(f"/webhooks/{_webhook(client, project, address)['id']}/ping")
    out.show(sent, f"Delivery {sent['id']} is on its way; `webhooks log` says what becomes of it.")


@app.command()
@remote.command
def log(client: Client, out: Output, address: Address, project: remote.Project) -> None:
    """List what was posted, newest first, and what came of it."""
    found = _webhook(client, project, address)
    rows = list(client.items(f"/webhooks/{found['id']}/deliveries"))
    out.rows(rows, ("event", "state", "attempts", "status", "error", "created_at", "id"))


@app.command()
@remote.command
def redeliver(
    client: Client,
    out: Output,
    address: Address,
    delivery: Annotated[str, typer.Argument(help="Its id, as `webhooks log` says.")],
    project: remote.Project,
) -> None:
    """Post a delivery again, whatever became of it."""
    found = _webhook(client, project, address)
    sent = client.post(f"/webhooks/{found['id']}/deliveries/{delivery}/redeliver")
    out.show(sent, f"Delivery {sent['id']} is on its way again.")


def _webhook(client: Client, project: str, address: str) -> Json:
    rows = client.items(f"{remote.project_path(client, project)}/webhooks")
    return remote.found(rows, "webhook", address, "id", "url")
