"""`maskloop rounds`: plan, start, watch and end rounds."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_round

app = typer.Typer(no_args_is_help=True, help="Rounds: acquire, label, retrain, evaluate.")

COLUMNS = ("number", "state", "k", "strategy", "items.submitted", "miou", "reason", "id")
RESTING = frozenset({"labelling", "closed"})
"""Where a round waits for people, or is at its end."""

Number = Annotated[int, typer.Option("--round", min=0, help="Its number; 0: the newest.")]


@app.command("list")
def listed(
    project: remote.Project,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """List a project's rounds, newest first."""
    with remote.service(url, token, "rounds list") as client:
        rows = list(client.items(f"{remote.project_path(client, project)}/rounds"))
    remote.show_rows(rows, COLUMNS, as_json=as_json)


@app.command()
def make(
    project: remote.Project,
    labels: Annotated[int | None, typer.Option(min=1, help="How many labels to ask for.")] = None,
    percent: Annotated[float | None, typer.Option(help="Or so many % of the pool.")] = None,
    strategy: Annotated[str, typer.Option(help="How images are chosen.")] = "entropy",
    option: Annotated[
        list[str] | None,
        typer.Option("--set", help="Anything else of a round, as NAME=VALUE. Repeat it."),
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Start it at once.")] = False,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Draft a round; without --labels and --percent it asks for all that the budget allows."""
    asked: Json = {"strategy": strategy, "k": labels, "percent": percent}
    if labels is None and percent is None:
        asked["whole_budget"] = True
    with remote.service(url, token, "rounds make") as client:
        path = f"{remote.project_path(client, project)}/rounds"
        round_ = client.post(path, {**asked, **remote.parsed(option or [])})
        if start:
            round_ = client.post(f"/rounds/{round_['id']}/start", key=f"start-{round_['id']}")
    line = f"Round {round_['number']} asks for {round_['k']} labels: {round_['state']}"
    remote.show(round_, line, as_json=as_json)


@app.command()
def watch(
    project: remote.Project,
    number: Number = 0,
    until: Annotated[
        list[str] | None, typer.Option(help="A state to wait for. Repeat it for several.")
    ] = None,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Follow a round until it waits for labels or is closed; fails when one of its jobs does."""
    states = frozenset(until) if until else RESTING
    with remote.service(url, token, "rounds watch") as client:
        path = _path(client, project, number)
        round_ = wait_for_round(client, path.removeprefix("/rounds/"), until=states, say=remote.say)
    score = "" if round_["miou"] is None else f", mIoU {100 * round_['miou']:.1f} %"
    remote.show(round_, f"Round {round_['number']}: {round_['state']}{score}", as_json=as_json)


def _act(name: str, address: str, summary: str) -> None:
    """Add a command that does one thing to a round."""

    def act(
        project: remote.Project,
        number: Number = 0,
        url: remote.Url = remote.HERE,
        token: remote.Token = "",
        as_json: remote.AsJson = False,
    ) -> None:
        with remote.service(url, token, f"rounds {name}") as client:
            path = _path(client, project, number)
            round_ = client.post(f"{path}/{address}")
        remote.show(round_, f"Round {round_['number']}: {round_['state']}", as_json=as_json)

    app.command(name, help=summary)(act)


_act("start", "start", "Start a draft.")
_act("resume", "resume", "Go on with a paused round.")
_act("cancel", "cancel", "Stop a round; labels and models stay.")
_act("retry", "retry", "Queue a round's failed jobs again; they go on where they were.")
_act("close", "close-labelling", "End the labelling early and retrain.")


@app.command()
def pause(
    project: remote.Project,
    reason: Annotated[str, typer.Option(help="For those who wonder.")],
    number: Number = 0,
    url: remote.Url = remote.HERE,
    token: remote.Token = "",
    as_json: remote.AsJson = False,
) -> None:
    """Give out no more items and begin no more jobs."""
    with remote.service(url, token, "rounds pause") as client:
        round_ = client.post(f"{_path(client, project, number)}/pause", {"reason": reason})
    remote.show(round_, f"Round {round_['number']} is paused: {reason}", as_json=as_json)


def _path(client: Client, project: str, number: int) -> str:
    for round_ in client.items(f"{remote.project_path(client, project)}/rounds"):
        if number in (0, round_["number"]):
            return f"/rounds/{round_['id']}"
    raise remote.missing("round", str(number or "yet"))
