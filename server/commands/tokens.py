"""`maskloop tokens`: what scripts sign in with."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="Your tokens, for scripts.")


@app.command("list")
@remote.command
def listed(client: Client, out: Output) -> None:
    """List your tokens that are not revoked; their secrets are nowhere."""
    out.rows(list(client.items("/tokens")), ("name", "scopes", "project_id", "expires_at", "id"))


@app.command()
@remote.command
def make(
    client: Client,
    out: Output,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    project: Annotated[str, typer.Option(help="Only for this project; none: for all.")] = "",
    read_only: Annotated[bool, typer.Option("--read-only", help="It changes nothing.")] = False,
    days: Annotated[int, typer.Option(min=1, help="When it ends.")] = 90,
) -> None:
    """Make a token that acts for you; it is shown once."""
    asked: Json = {"name": name, "expires_in_days": days}
    asked["scopes"] = ["read"] if read_only else ["read", "write"]
    if project:
        asked["project_id"] = remote.project_path(client, project).rpartition("/")[2]
    made = client.post("/tokens", asked)
    out.show(made, f"{made['token']} is good until {made['expires_at']}; it is shown only here.")


@app.command()
@remote.command
def revoke(
    client: Client, out: Output, name: Annotated[str, typer.Argument(help="Its name or its id.")]
) -> None:
    """End one of your tokens for good."""
    token = remote.found(client.items("/tokens"), "token", name, "id", "name")
    client.delete(f"/tokens/{token['id']}")
    out.show({"revoked": token["id"]}, f"The token {token['name']} is good for nothing now.")
