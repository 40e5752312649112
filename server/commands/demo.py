"""`maskloop demo`: a project of its own, ready to be corrected in the browser."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from server.commands import figures, local_access, service
from server.commands.client import Client, Json, Refused
from server.commands.dataset import GROUP_BY_PREFIX, BadFolder, Dataset, open_dataset
from server.commands.following import JobFailed, Progress
from server.commands.output import ended
from server.commands.project_setup import fill, grant
from server.settings import Settings

NAME = "demo"
BUDGET = 40
PER_ROUND = 10

STEPS = 60
"""Of each stage: on two slow cores some 100 seconds, so that the first item is there within four
minutes."""

SCENES = {"source": 60, "target": 80, "test": 20}
"""Images to draw: enough for the figures to move, and drawn within seconds."""


def demo(
    data: Annotated[
        Path | None, typer.Option(help="Real images instead of drawn ones: source, target, test.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Data folder of the demo's service, kept afterwards.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the web UI; 0: one that is free.")] = 8000,
) -> None:
    """Start the loop on a small project, and print a link that signs you in."""
    name = NAME if data is None else f"{NAME}-{data.resolve().name}"
    folder = folder or Path("maskloop-data") / name
    scenes = folder / "scenes" if data is None else data
    port = port or service.free_port()
    try:
        with service.running(folder, port=port, import_roots=(scenes,)) as own:
            settings = Settings(data=folder)
            typer.echo(f"\nMaskloop is ready: {own.url}{local_access.login_path(settings)}\n")
            client = Client(own.url, local_access.admin_token(settings))
            if data is None:
                draw_scenes(scenes)
            project = _project(client, open_dataset(scenes), name=name)
            _follow(client, own, project["id"])
    except KeyboardInterrupt:
        typer.echo("\nStopped. Start again to go on where you are.")
    except (BadFolder, Refused, JobFailed, service.ServiceDied, httpx2.TransportError) as error:
        raise ended("demo", error) from None


def draw_scenes(folder: Path) -> None:
    """Draw the demo's two domains, once."""
    if folder.exists():
        return
    typer.echo("Drawing street scenes: a plain rendered source, and a target as a camera sees it.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    counts = [text for part, count in SCENES.items() for text in (f"--{part}", str(count))]
    command = [sys.executable, "-m", "worker.ml.scenes", str(unfinished), "--seed", "0", *counts]
    drawn = subprocess.run(  # noqa: S603  (the command is our own)
        command, capture_output=True, text=True, check=False
    )
    if drawn.returncode != 0:
        raise BadFolder(f"The scenes could not be drawn:\n{drawn.stderr[-2000:]}")
    unfinished.rename(folder)


def _project(client: Client, dataset: Dataset, *, name: str) -> Json:
    """Return the demo's project with its first round started; what exists is left alone.

    A demo that was stopped half-way goes on where it stopped.
    """
    found = next((each for each in client.items("/projects") if each["name"] == name), None)
    project = found or client.post("/projects", {"name": name})
    project = fill(client, project["id"], dataset, group_pattern=GROUP_BY_PREFIX, say=typer.echo)
    if project["budget"]["granted"] == 0:
        grant(client, project["id"], images=BUDGET)
    path = f"/projects/{project['id']}/rounds"
    first = next(iter(client.items(path)), None)
    if first is None:
        request = {"k": PER_ROUND, "strategy": "entropy", "seed": 0, "steps": STEPS}
        first = client.post(path, request)
    if first["state"] == "draft" and first["number"] == 1:
        client.post(f"/rounds/{first['id']}/start", key=f"start-{first['id']}")
    return project


def _follow(client: Client, own: service.Service, project_id: str) -> None:
    """Say what the loop does, until the person stops it or the service ends."""
    progress, said = Progress(typer.echo), ""
    while True:
        own.check()
        round_ = client.get(f"/projects/{project_id}")["current_round"]
        line = _round_line(own.url, project_id, round_)
        if line != said:
            said = line
            typer.echo(line)
            if round_["state"] == "closed":
                typer.echo(_course(client, project_id))
        for job in round_["jobs"]:
            progress.tell(job)
        time.sleep(1)


def _round_line(url: str, project_id: str, round_: Json) -> str:
    """Say what the round does now, and what a person can do."""
    for job in round_["jobs"]:
        if job["state"] == "failed":
            return f"{job['kind']} failed: {job['error']} Try again at {url}/projects/{project_id}"
    number, open_items = round_["number"], round_["items"]["open"] + round_["items"]["leased"]
    words = {
        "draft": f"not started yet; start it at {url}/projects/{project_id}",
        "warming_up": "training the first model, with no target label yet.",
        "acquiring": "looking for the images that the model is least sure of.",
        "labelling": f"{open_items} images wait for you at {url}/projects/{project_id}/desk"
        " (the link above signs you in; Ctrl+C stops, and loses nothing).",
        "retraining": "learning from the labels.",
        "evaluating": "measuring the new model on the test images.",
        "closed": f"over. Start the next one at {url}/projects/{project_id}",
        "cancelled": f"cancelled. Start another one at {url}/projects/{project_id}",
    }
    return f"Round {number}: {words[round_['state']]}"


def _course(client: Client, project_id: str) -> str:
    """Say what the labels were worth so far."""
    rows = figures.stages(client.get(f"/projects/{project_id}/metrics"))
    course = ", ".join(f"{100 * row.miou:.1f} % with {row.labels_spent} labels" for row in rows)
    return f"Test mIoU: {course}."
