"""`maskloop budget`: what may be spent, and on what it went."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output, must_be_new

app = typer.Typer(no_args_is_help=True, help="The labelling budget of a project.")


COLUMNS = ("unit", "holder", "granted", "reserved", "spent", "left", "money_spent", "currency")
HOLDER = "Whose: `project`, `round:NUMBER` or `person:NAME`."
Unit = Annotated[str, typer.Option(help="images, pixels, clicks or seconds.")]


@app.command()
@remote.command
def show(client: Client, out: Output, project: remote.Project) -> None:
    """Show the counters of every unit and holder."""
    rows = client.get(f"{remote.project_path(client, project)}/budget/pots")["pots"]
    out.rows(rows, COLUMNS)


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


@app.command("set")
@remote.command
def set_(
    client: Client,
    out: Output,
    granted: Annotated[int, typer.Argument(min=0, help="What the holder may spend in all.")],
    project: remote.Project,
    unit: Unit = "images",
    of: Annotated[str, typer.Option(help=HOLDER)] = "project",
    force: Annotated[
        bool, typer.Option("--force", help="Take back what is in people's hands.")
    ] = False,
) -> None:
    """Raise or lower a budget, or a limit of a round or a person."""
    path = remote.project_path(client, project)
    asked: Json = {"unit": unit, "granted": granted, "force": force, **_holder(client, path, of)}
    out.rows(client.put(f"{path}/budget/pots", asked, key=str(uuid.uuid4()))["pots"], COLUMNS)


@app.command()
@remote.command
def transfer(
    client: Client,
    out: Output,
    amount: Annotated[int, typer.Argument(min=1, help="How much to move.")],
    project: remote.Project,
    to: Annotated[str, typer.Option(help=HOLDER)],
    giver: Annotated[str, typer.Option("--from", help=HOLDER)] = "project",
    unit: Unit = "images",
    key: Annotated[str, typer.Option(help="Repeating it with the same key moves once.")] = "",
) -> None:
    """Move what is left from one holder to another."""
    path = remote.project_path(client, project)
    asked: Json = {"unit": unit, "amount": amount}
    asked |= {"giver": _holder(client, path, giver), "taker": _holder(client, path, to)}
    moved = client.post(f"{path}/budget/transfers", asked, key=key or str(uuid.uuid4()))
    out.rows(moved["pots"], COLUMNS)


@app.command()
@remote.command
def rate(
    client: Client,
    out: Output,
    cost: Annotated[float, typer.Argument(min=0, help="What one costs.")],
    currency: Annotated[str, typer.Argument(help="As in EUR.")],
    project: remote.Project,
    unit: Unit = "images",
) -> None:
    """Say what one unit costs in money."""
    path = f"{remote.project_path(client, project)}/budget/rate"
    rows = client.put(path, {"unit": unit, "rate": cost, "currency": currency})["pots"]
    out.rows(rows, COLUMNS)


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


def _holder(client: Client, path: str, said: str) -> Json:
    """Return the API's fields for a holder."""
    kind, _, which = said.partition(":")
    if kind == "round":
        return {
            "round_id": remote.found(client.items(f"{path}/rounds"), kind, which, "number")["id"]
        }
    if kind == "person":
        people = (member["user"] for member in client.items(f"{path}/members"))
        return {"user_id": remote.found(people, kind, which, "name", "id")["id"]}
    if said != "project":
        raise typer.BadParameter(f"{said!r} is no holder. {HOLDER}")
    return {}
