"""`maskloop simulate`: the whole service with a simulated annotator, measured after every round.

Everything goes through the real HTTP API and real workers. The annotator reads a label map of
the target domain only when it submits that image; training and selection never see the others.
"""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from server.commands import annotator, figures, local_access, service
from server.commands.client import Client, Json, Refused
from server.commands.dataset import (
    GROUP_BY_PREFIX,
    BadFolder,
    Dataset,
    TargetLabels,
    open_dataset,
)
from server.commands.following import JobFailed, wait_for_job, wait_for_round
from server.commands.output import ended
from server.commands.project_setup import fill, grant
from server.settings import Settings

SUPERVISED = "supervised"
"""The recipe that reads labelled images only; before the first label, that is the source."""


@dataclass(frozen=True)
class Plan:
    """What is asked of every round."""

    rounds: int
    per_round: int
    recipe: str
    strategy: str
    seed: int
    steps: int
    groups: str
    settings: Json

    def command(self, data: Path, *, source_only: bool) -> str:
        """Return the command line that repeats the run; of the folder only its name is kept."""
        words = ["maskloop", "simulate", "--data", f"DIR/{data.resolve().name}"]
        loop = () if source_only else ("rounds", "per_round", "recipe", "strategy")
        for name in (*loop, "seed", "steps"):
            words += [f"--{name.replace('_', '-')}", str(getattr(self, name))]
        if self.groups != GROUP_BY_PREFIX:
            words += ["--groups", self.groups]
        if source_only:
            words.append("--source-only")
        for name, value in self.settings.items():
            words += ["--setting", f"{name}={json.dumps(value)}"]
        return shlex.join(words)

    def round_request(self) -> Json:
        """Return the body that creates a round."""
        return {
            "k": self.per_round,
            "strategy": self.strategy,
            "seed": self.seed,
            "recipe": self.recipe,
            "steps": self.steps,
        }


def simulate(
    data: Annotated[Path, typer.Option(help="Folder of source, target, test and classes.json.")],
    rounds: Annotated[int, typer.Option(min=1, help="How many rounds to run.")] = 2,
    per_round: Annotated[int, typer.Option(min=1, help="Labels asked for in each round.")] = 10,
    recipe: Annotated[str, typer.Option(help="The training method.")] = "stal",
    strategy: Annotated[str, typer.Option(help="How images are chosen.")] = "entropy",
    seed: Annotated[int, typer.Option(help="Seed of training and selection.")] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Training steps of each stage.")] = 150,
    groups: Annotated[
        str, typer.Option(help="Pattern whose one group is an image's camera or sequence.")
    ] = GROUP_BY_PREFIX,
    setting: Annotated[
        list[str] | None, typer.Option(help="A project setting as NAME=JSON; may be repeated.")
    ] = None,
    source_only: Annotated[
        bool, typer.Option(help="Train on the source alone, without a label, and stop.")
    ] = False,
    url: Annotated[str, typer.Option(help="A running service; needs --token.")] = "",
    token: Annotated[str, typer.Option(help="A token for --url.")] = "",
    keep: Annotated[
        Path | None, typer.Option(help="Data folder of the own service, kept afterwards.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Measure the product: the whole loop, with an annotator that draws the true labels."""
    if bool(url) != bool(token):
        raise typer.BadParameter("--url and --token go together.")
    plan = Plan(
        rounds=rounds,
        per_round=per_round,
        recipe=SUPERVISED if source_only else recipe,
        strategy=strategy,
        seed=seed,
        steps=steps,
        groups=groups,
        settings=_settings(setting or []),
    )
    try:
        dataset = open_dataset(data)
        with _client(dataset, url=url, token=token, keep=keep) as (client, check):
            run = Simulation(client, dataset, plan, check)
            rows = run.source_only() if source_only else run.rounds()
    except (BadFolder, Refused, JobFailed, service.ServiceDied, httpx2.TransportError) as error:
        raise ended("simulate", error) from None
    if output is not None:
        command = plan.command(data, source_only=source_only)
        options = {"data": data.resolve().name, "source_only": source_only, **vars(plan)}
        figures.write(
            output, figures.record(command=command, seed=seed, options=options, rows=rows)
        )


@dataclass(frozen=True)
class Simulation:
    """One simulated project on one service."""

    client: Client
    dataset: Dataset
    plan: Plan
    check: Callable[[], None]

    def rounds(self) -> list[figures.Stage]:
        """Run all rounds; prints what each brought."""
        project_id = self._project()
        grant(self.client, project_id, images=self.plan.rounds * self.plan.per_round)
        for _number in range(self.plan.rounds):
            self._one_round(project_id)
            self._print(self._stages(project_id))
        return self._stages(project_id)

    def source_only(self) -> list[figures.Stage]:
        """Train the first stage alone, measure it, and spend no label."""
        project_id = self._project()
        grant(self.client, project_id, images=1)
        round_id = self._start({**self.plan.round_request(), "k": 1}, project_id)
        self._wait(round_id, until=frozenset({"labelling"}))
        # The warmed-up model is measured beside the scoring of the pool, and may end later.
        jobs = self.client.get(f"/rounds/{round_id}")["jobs"]
        for job in jobs:
            wait_for_job(self.client, job, say=_say)
        rows = self._stages(project_id)
        self.client.post(f"/rounds/{round_id}/cancel")
        self._print(rows)
        return rows

    def _project(self) -> str:
        started = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        name = f"simulation of {self.dataset.folder.name}, {started}"
        project_id = str(self.client.post("/projects", {"name": name})["id"])
        fill(self.client, project_id, self.dataset, group_pattern=self.plan.groups, say=_say)
        if self.plan.settings:
            path, body = f"/projects/{project_id}", {"settings": self.plan.settings}
            self.client.patch(path, body, version=self.client.get(path)["etag"])
        return project_id

    def _one_round(self, project_id: str) -> None:
        round_id = self._start(self.plan.round_request(), project_id)
        self._wait(round_id, until=frozenset({"labelling"}))
        effort = annotator.label_round(
            self.client, project_id, TargetLabels(self.dataset.folder).read
        )
        _say(f"{effort.items} images labelled, {effort.changed_pixels:,} pixels corrected")
        self._wait(round_id, until=frozenset({"closed"}))

    def _start(self, request: Json, project_id: str) -> str:
        made = self.client.post(f"/projects/{project_id}/rounds", request)
        round_id = str(made["id"])
        self.client.post(f"/rounds/{round_id}/start", key=f"start-{round_id}")
        return round_id

    def _wait(self, round_id: str, *, until: frozenset[str]) -> None:
        wait_for_round(self.client, round_id, until=until, say=_say, check=self.check)

    def _stages(self, project_id: str) -> list[figures.Stage]:
        return figures.stages(self.client.get(f"/projects/{project_id}/metrics"))

    def _print(self, rows: list[figures.Stage]) -> None:
        typer.echo("\n" + "\n".join(figures.table(rows)) + "\n")


@contextmanager
def _client(
    dataset: Dataset, *, url: str, token: str, keep: Path | None
) -> Iterator[tuple[Client, Callable[[], None]]]:
    """Give a client of the named service, or of one started for this run alone."""
    if url:
        yield Client(url, token), lambda: None
        return
    with tempfile.TemporaryDirectory(prefix="maskloop-") as temporary:
        folder = keep or Path(temporary)
        port = service.free_port()
        with service.running(folder, port=port, import_roots=(dataset.folder,)) as own:
            secret = local_access.admin_token(Settings(data=folder))
            yield Client(own.url, secret), own.check


def _settings(texts: list[str]) -> Json:
    """Read `NAME=JSON` options, such as `batch_labelled=2` or `crop=[96,128]`."""
    settings: Json = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            settings[name] = json.loads(value)
        except ValueError:
            raise typer.BadParameter(f"--setting {text}: the value is not JSON.") from None
    return settings


def _say(line: str) -> None:
    typer.echo(line)
