"""`maskloop budget`: what may be spent, and on what it went."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote

app = typer.Typer(no_args_is_help=True, help="The labelling budget of a project.")


@app.command()
def show(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Show the counters of every unit and holder."""
    with remote.service(url, token, "budget show") as client:
        rows = client.get(f"{remote.project_path(client, project)}/budget/pots")["pots"]
    columns = ("unit", "holder", "granted", "reserved", "spent", "left", "money_spent", "currency")
    remote.show_rows(rows, columns, as_json=as_json)


@app.command()
def grant(
    images: Annotated[int, typer.Argument(min=1, help="Labels to add.")],
    project: remote.Project,
    note: Annotated[str, typer.Option(help="What the ledger says about it.")] = "",
    key: Annotated[
        str, typer.Option(help="Repeating a command with the same key grants once.")
    ] = "",
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Add labels to the budget."""
    with remote.service(url, token, "budget grant") as client:
        path = f"{remote.project_path(client, project)}/budget/grants"
        request = {"images": images, "note": note}
        balance = client.post(path, request, key=key or str(uuid.uuid4()))
    line = f"{balance['granted']} labels granted, {balance['spent']} spent, {balance['left']} left"
    remote.show(balance, line, as_json=as_json)


@app.command()
def statement(
    target: Annotated[Path, typer.Argument(help="The CSV file to write; it must not be there.")],
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
) -> None:
    """Write every movement as CSV."""
    if target.exists():
        raise typer.BadParameter(f"{target} is there already; nothing is overwritten.")
    with remote.service(url, token, "budget statement") as client:
        path = remote.project_path(client, project)
        client.download(f"{path}/budget/statement.csv", target)
    typer.echo(f"The statement is in {target}.")
