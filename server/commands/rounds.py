"""`maskloop rounds`: plan, start, watch and end rounds."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_round
from server.commands.output import Output, say

app = typer.Typer(no_args_is_help=True, help="Rounds: acquire, label, retrain, evaluate.")

COLUMNS = ("number", "state", "k", "strategy", "items.submitted", "miou", "reason", "id")
RESTING = frozenset({"labelling", "closed"})
"""Where a round waits for people, or is at its end."""

Number = Annotated[int, typer.Option("--round", min=0, help="Its number; 0: the newest.")]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's rounds, newest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/rounds"))
    out.rows(rows, COLUMNS)


@app.command()
@remote.command
def make(
    client: Client,
    out: Output,
    project: remote.Project,
    labels: Annotated[int | None, typer.Option(min=1, help="How many labels to ask for.")] = None,
    percent: Annotated[float | None, typer.Option(help="Or so many % of the pool.")] = None,
    strategy: Annotated[str, typer.Option(help="How images are chosen.")] = "entropy",
    option: Annotated[
        list[str] | None,
        typer.Option("--set", help="Anything else of a round, as NAME=VALUE. Repeat it."),
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Start it at once.")] = False,
) -> None:
    """Draft a round; without --labels and --percent it asks for all that the budget allows."""
    asked: Json = {"strategy": strategy, "k": labels, "percent": percent}
    if labels is None and percent is None:
        asked["whole_budget"] = True
    path = f"{remote.project_path(client, project)}/rounds"
    round_ = client.post(path, {**asked, **remote.parsed(option or [])})
    if start:
        round_ = client.post(f"/rounds/{round_['id']}/start", key=f"start-{round_['id']}")
    line = f"Round {round_['number']} asks for {round_['k']} labels: {round_['state']}"
    out.show(round_, line)


@app.command()
@remote.command
def watch(
    client: Client,
    out: Output,
    project: remote.Project,
    number: Number = 0,
    until: Annotated[
        list[str] | None, typer.Option(help="A state to wait for. Repeat it for several.")
    ] = None,
) -> None:
    """Follow a round until it waits for labels or is closed; fails when one of its jobs does."""
    states = frozenset(until) if until else RESTING
    path = _path(client, project, number)
    round_ = wait_for_round(client, path.removeprefix("/rounds/"), until=states, say=say)
    score = "" if round_["miou"] is None else f", mIoU {100 * round_['miou']:.1f} %"
    out.show(round_, f"Round {round_['number']}: {round_['state']}{score}")


def _act(name: str, address: str, summary: str) -> None:
    """Add a command that does one thing to a round."""

    @app.command(name, help=summary)
    @remote.command
    def act(client: Client, out: Output, project: remote.Project, number: Number = 0) -> None:
        path = _path(client, project, number)
        round_ = client.post(f"{path}/{address}")
        out.show(round_, f"Round {round_['number']}: {round_['state']}")


_act("start", "start", "Start a draft.")
_act("resume", "resume", "Go on with a paused round.")
_act("cancel", "cancel", "Stop a round; labels and models stay.")
_act("retry", "retry", "Queue a round's failed jobs again; they go on where they were.")
_act("close", "close-labelling", "End the labelling early and retrain.")


@app.command()
@remote.command
def pause(
    client: Client,
    out: Output,
    project: remote.Project,
    reason: Annotated[str, typer.Option(help="For those who wonder.")],
    number: Number = 0,
) -> None:
    """Give out no more items and begin no more jobs."""
    round_ = client.post(f"{_path(client, project, number)}/pause", {"reason": reason})
    out.show(round_, f"Round {round_['number']} is paused: {reason}")


def _path(client: Client, project: str, number: int) -> str:
    for round_ in client.items(f"{remote.project_path(client, project)}/rounds"):
        if number in (0, round_["number"]):
            return f"/rounds/{round_['id']}"
    raise remote.missing("round", str(number or "yet"))
