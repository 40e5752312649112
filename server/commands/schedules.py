"""`maskloop schedules`: rounds that start by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output
from server.commands.rounds import GroupQuota, Labels, Option, Percent, Strategy, plan_of

app = typer.Typer(no_args_is_help=True, help="Rounds that start by themselves.")

COLUMNS = ("id", "kind", "cron", "timezone", "every", "used_share", "next_fire_at", "enabled")

Which = Annotated[str, typer.Argument(help="Its id, as `list` shows it.")]
Cron = Annotated[str, typer.Option(help="By the clock: minute, hour, day, month, weekday.")]
Every = Annotated[int, typer.Option(min=0, help="Or after so many new labels.")]
UsedShare = Annotated[
    float, typer.Option(min=0, max=1, help="Or when this share of the budget is used.")
]
Timezone = Annotated[str, typer.Option(help="Whose clock, as in Europe/Berlin.")]
Quiet = Annotated[str, typer.Option(help="Nothing starts between, as in 22:00-06:00; or `none`.")]


@app.command("list")
@remote.command
def listed(
    client: Client,
    out: Output,
    project: remote.Project,
) -> None:
    """List a project's schedules."""
    rows = list(client.items(f"{remote.project_path(client, project)}/schedules"))
    out.rows(rows, COLUMNS)


@app.command()
@remote.command
def make(
    client: Client,
    out: Output,
    project: remote.Project,
    cron: Cron = "",
    every: Every = 0,
    used_share: UsedShare = 0,
    timezone: Timezone = "UTC",
    quiet: Quiet = "",
    labels: Labels = None,
    percent: Percent = None,
    strategy: Strategy = "entropy",
    group_quota: GroupQuota = "",
    option: Option = None,
) -> None:
    """Have rounds start by one of --cron, --every and --used-share; --set is of the round."""
    waits = _waits(cron, every, used_share)
    if len(waits) != 1:
        raise typer.BadParameter("Say one of --cron, --every and --used-share.")
    [name] = waits
    asked: Json = {"kind": KINDS[name], **waits, "timezone": timezone, **_quiet(quiet)}
    asked["round"] = plan_of(labels, percent, strategy, group_quota, option)
    made = client.post(f"{remote.project_path(client, project)}/schedules", asked)
    out.show(made, _line(made))


@app.command()
@remote.command
def change(
    client: Client,
    out: Output,
    schedule: Which,
    project: remote.Project,
    cron: Cron = "",
    every: Every = 0,
    used_share: UsedShare = 0,
    timezone: Timezone = "",
    quiet: Quiet = "",
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Switch it.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--round", help="The new round, whole, as NAME=VALUE. Repeat it."),
    ] = None,
) -> None:
    """Change what is said; all else stays."""
    changes: Json = {**_waits(cron, every, used_share), **_quiet(quiet)}
    changes |= {"timezone": timezone} if timezone else {}
    changes |= {} if enabled is None else {"enabled": enabled}
    changes |= {"round": remote.parsed(option)} if option else {}
    one = _one(client, project, schedule)
    path = f"/schedules/{one['id']}"
    changed = client.patch(path, changes, version=f'"{one["version"]}"')
    out.show(changed, _line(changed))


@app.command()
@remote.command
def remove(
    client: Client,
    out: Output,
    schedule: Which,
    project: remote.Project,
) -> None:
    """Remove a schedule; the rounds that it started stay."""
    one = _one(client, project, schedule)
    client.delete(f"/schedules/{one['id']}")
    out.show(one, "Removed.")


@app.command()
@remote.command
def fires(
    client: Client,
    out: Output,
    schedule: Which,
    project: remote.Project,
) -> None:
    """List what became of each due moment, newest first."""
    path = f"/schedules/{_one(client, project, schedule)['id']}/fires"
    rows = list(client.items(path))
    out.rows(rows, ("due_at", "at", "missed", "outcome", "reason"))


KINDS = {"cron": "cron", "every": "labels", "used_share": "budget"}


def _waits(cron: str, every: int, used_share: float) -> Json:
    said = {"cron": cron, "every": every, "used_share": used_share}
    return {name: value for name, value in said.items() if value}


def _quiet(said: str) -> Json:
    """Return the quiet hours; `none` takes them away, and nothing said leaves them."""
    if said == "none":
        return {"quiet": None}
    since, dash, until = said.partition("-")
    if said and not dash:
        raise typer.BadParameter(f"{said!r} is not FROM-UNTIL, as in 22:00-06:00.")
    return {"quiet": {"since": since, "until": until}} if said else {}


def _one(client: Client, project: str, schedule: str) -> Json:
    path = f"{remote.project_path(client, project)}/schedules"
    return remote.found(client.items(path), "schedule", schedule, "id")


def _line(schedule: Json) -> str:
    state = "on" if schedule["enabled"] else "off"
    due = f", next at {schedule['next_fire_at']}" if schedule["next_fire_at"] else ""
    return f"Schedule {schedule['id']} ({schedule['kind']}) is {state}{due}"
