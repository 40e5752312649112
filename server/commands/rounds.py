"""`maskloop rounds`: plan, start, watch and end rounds."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.following import wait_for_job, wait_for_round
from server.commands.output import Output, say

app = typer.Typer(no_args_is_help=True, help="Rounds: acquire, label, retrain, evaluate.")

COLUMNS = (
    "number", "state", "k", "strategy", "spent.labels", "spent.planned", "spent.seconds", "miou",
    "reason", "id",
)  # fmt: skip
RESTING = frozenset({"labelling", "closed"})
"""Where a round waits for people, or is at its end."""

Number = Annotated[int, typer.Option("--round", min=0, help="Its number; 0: the newest.")]


Labels = Annotated[int | None, typer.Option(min=1, help="How many images to ask about.")]
Percent = Annotated[float | None, typer.Option(help="Or so many % of the pool.")]
Strategy = Annotated[str, typer.Option(help="How images are chosen.")]
GroupQuota = Annotated[
    str, typer.Option(help="What each group of images gives: by `size`, `equal`, or `none`.")
]
Option = Annotated[
    list[str] | None,
    typer.Option("--set", help="Anything else of a round, as NAME=VALUE. Repeat it."),
]


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's rounds, newest first."""
    rows = list(client.items(f"{remote.project_path(client, project)}/rounds"))
    out.rows(rows, COLUMNS)


@app.command("plan")
@app.command("make", hidden=True)  # its name in earlier releases
@remote.command
def plan(
    client: Client,
    out: Output,
    project: remote.Project,
    labels: Labels = None,
    percent: Percent = None,
    strategy: Strategy = "entropy",
    group_quota: GroupQuota = "",
    option: Option = None,
    cost: Annotated[bool, typer.Option("--cost", help="Only say what it would cost.")] = False,
    start: Annotated[bool, typer.Option("--start", help="Start it at once.")] = False,
    key: Annotated[str, typer.Option(help="Repeating it with the same key plans one.")] = "",
) -> None:
    """Draft a round; without --labels and --percent it asks for all that the budget allows."""
    asked = plan_of(labels, percent, strategy, group_quota, option)
    path = f"{remote.project_path(client, project)}/rounds"
    if cost:
        found = client.post(f"{path}/preview", asked)
        out.show(found, cost_line(found))
        return
    round_ = client.post(path, asked, key=key or str(uuid.uuid4()))
    if start:
        round_ = client.post(f"/rounds/{round_['id']}/start", key=f"start-{round_['id']}")
    line = f"Round {round_['number']} asks for {round_['k']} labels: {round_['state']}"
    out.show(round_, line)


def plan_of(
    labels: int | None,
    percent: float | None,
    strategy: str,
    group_quota: str,
    option: list[str] | None,
) -> Json:
    """Return a round as the service takes it; schedules keep one, too."""
    asked: Json = {"strategy": strategy, "k": labels, "percent": percent}
    if labels is None and percent is None:
        asked["whole_budget"] = True
    if group_quota:
        asked["group_quota"] = group_quota
    return {**asked, **remote.parsed(option or [])}


def cost_line(found: Json) -> str:
    """Say in one line what a round would cost."""
    parts = [f"{found['k']} images of {found['unlabelled']}"]
    if found["several"]:
        parts.append(f"{found['several']} of them labelled by {found['people']} people")
    if found["validation"]:
        parts.append(f"{found['validation']} of them for validation")
    if found["hidden"]:
        parts.append(f"{found['hidden']} known truths a person besides, at no label")
    if found["groups"] > 1:
        parts.append(f"shared between {found['groups']} groups")
    money = "" if found["money"] is None else f" ({found['money']:.2f} {found['currency']})"
    return f"{', '.join(parts)}: {found['labels']} labels{money}, {found['left']} left"


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
        round_ = client.post(f"{path}/{address}", key=str(uuid.uuid4()))
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


@app.command()
@remote.command
def history(client: Client, out: Output, project: remote.Project, number: Number = 0) -> None:
    """List who did what to a round and why, newest first."""
    rows = list(client.items(f"{_path(client, project, number)}/history"))
    out.rows(rows, ("at", "act", "actor", "state", "reason"))


@app.command()
@remote.command
def replay(client: Client, out: Output, project: remote.Project, number: Number = 0) -> None:
    """Make a round's selection again from its manifest; fails when it is not the same bytes."""
    job = client.post(f"{_path(client, project, number)}/replays")
    found = wait_for_job(client, job, say=say)["result"]
    line = f"The same selection, byte for byte: {found['sha256']}"
    if not found["equal"]:
        line = "\n".join(["Another selection.", *found["differences"]])
    out.show(found, line)
    if not found["equal"]:
        raise typer.Exit(1)


def _path(client: Client, project: str, number: int) -> str:
    for round_ in client.items(f"{remote.project_path(client, project)}/rounds"):
        if number in (0, round_["number"]):
            return f"/rounds/{round_['id']}"
    raise remote.missing("round", str(number or "yet"))
