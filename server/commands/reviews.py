"""`maskloop reviews`: what waits for a verdict, and verdicts."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote

app = typer.Typer(no_args_is_help=True, help="Verdicts on submitted masks.")

COLUMNS = ("image.name", "author.name", "revision", "iou", "changed_pixels", "item_id")
Item = Annotated[str, typer.Argument(help="The item's id, as `reviews list` shows it.")]


@app.command("list")
def listed(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """List what waits for a review, oldest first."""
    with remote.service(url, token, "reviews list") as client:
        rows = list(client.items(f"{remote.project_path(client, project)}/reviews"))
    remote.show_rows(rows, COLUMNS, as_json=as_json)


@app.command()
def approve(
    project: remote.Project,
    items: Annotated[list[str] | None, typer.Argument(help="Items; none: see --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Approve masks in the revision that is shown now; nobody approves their own."""
    if bool(items) == everything:
        raise typer.BadParameter("Name items, or say --all.")
    approved = []
    with remote.service(url, token, "reviews approve") as client:
        waiting = list(client.items(f"{remote.project_path(client, project)}/reviews"))
        if items:
            waiting = [remote.found(iter(waiting), "review", each, "item_id") for each in items]
        for one in waiting:
            path = f"/items/{one['item_id']}/approve"
            approved.append(client.post(path, version=f'"{one["revision"]}"'))
    line = f"{len(approved)} masks approved"
    remote.show({"approved": approved}, line, as_json=as_json)


@app.command("return")
def give_back(
    item: Item,
    remark: Annotated[str, typer.Option(help="Why it goes back to its author.")],
    x: Annotated[int, typer.Option(min=0, help="Column of the remark's pixel.")] = 0,
    y: Annotated[int, typer.Option(min=0, help="Row of the remark's pixel.")] = 0,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Return a mask to its author with a remark."""
    with remote.service(url, token, "reviews return") as client:
        revision = client.get(f"/items/{item}/submitted")["revision"]
        body = {"remarks": [{"x": x, "y": y, "text": remark}]}
        review = client.post(f"/items/{item}/return", body, version=f'"{revision}"')
    remote.show(review, f"Returned: {remark}", as_json=as_json)
