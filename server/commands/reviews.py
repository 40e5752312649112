"""`maskloop reviews`: what waits for a verdict, and verdicts."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="Verdicts on submitted masks.")

COLUMNS = ("image.name", "author.name", "revision", "iou", "changed_pixels", "item_id")
Item = Annotated[str, typer.Argument(help="The item's id, as `reviews list` shows it.")]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List what waits for a review, oldest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/reviews"))
    out.rows(rows, COLUMNS)


@app.command()
@remote.command
def approve(
    client: Client,
    out: Output,
    project: remote.Project,
    items: Annotated[list[str] | None, typer.Argument(help="Items; none: see --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
) -> None:
    """Approve masks in the revision that is shown now; nobody approves their own."""
    if bool(items) == everything:
        raise typer.BadParameter("Name items, or say --all.")
    approved = []
    waiting = list(client.items(f"{remote.project_path(client, project)}/reviews"))
    if items:
        waiting = [remote.found(iter(waiting), "review", each, "item_id") for each in items]
    for one in waiting:
        path = f"/items/{one['item_id']}/approve"
        approved.append(client.post(path, version=f'"{one["revision"]}"'))
    line = f"{len(approved)} masks approved"
    out.show({"approved": approved}, line)


@app.command("return")
@remote.command
def give_back(
    client: Client,
    out: Output,
    item: Item,
    remark: Annotated[str, typer.Option(help="Why it goes back to its author.")],
    x: Annotated[int, typer.Option(min=0, help="Column of the remark's pixel.")] = 0,
    y: Annotated[int, typer.Option(min=0, help="Row of the remark's pixel.")] = 0,
) -> None:
    """Return a mask to its author with a remark."""
    revision = client.get(f"/items/{item}/submitted")["revision"]
    body = {"remarks": [{"x": x, "y": y, "text": remark}]}
    review = client.post(f"/items/{item}/return", body, version=f'"{revision}"')
    out.show(review, f"Returned: {remark}")
