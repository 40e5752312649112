"""`maskloop budget`: what may be spent, and on what it went."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client
from server.commands.output import Output, must_be_new

app = typer.Typer(no_args_is_help=True, help="The labelling budget of a project.")


@app.command()
@remote.command
def show(client: Client, out: Output, project: remote.Project) -> None:
    """Show the counters of every unit and holder."""
    rows = client.get(f"{remote.project_path(client, project)}/budget/pots")["pots"]
    columns = ("unit", "holder", "granted", "reserved", "spent", "left", "money_spent", "currency")
    out.rows(rows, columns)


@app.command()
@remote.command
def grant(
    client: Client,
    out: Output,
    images: Annotated[int, typer.Argument(min=1, help="Labels to add.")],
    project: remote.Project,
    note: Annotated[str, typer.Option(help="What the ledger says about it.")] = "",
    key: Annotated[
        str, typer.Option(help="Repeating a command with the same key grants once.")
    ] = "",
) -> None:
    """Add labels to the budget."""
    path = f"{remote.project_path(client, project)}/budget/grants"
    request = {"images": images, "note": note}
    balance = client.post(path, request, key=key or str(uuid.uuid4()))
    line = f"{balance['granted']} labels granted, {balance['spent']} spent, {balance['left']} left"
    out.show(balance, line)


@app.command()
@remote.command
def statement(
    client: Client,
    out: Output,
    target: Annotated[Path, typer.Argument(help="The CSV file to write; it must not be there.")],
    project: remote.Project,
) -> None:
    """Write every movement as CSV."""
    must_be_new(target)
    path = remote.project_path(client, project)
    client.download(f"{path}/budget/statement.csv", target)
    out.show({"target": str(target)}, f"The statement is in {target}.")
