"""The command `maskloop`."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from server.commands import (
    budget,
    jobs,
    members,
    models,
    people,
    projects,
    reviews,
    rounds,
    schedules,
    tokens,
    webhooks,
)
from server.commands.call import call
from server.commands.convert import convert
from server.commands.demo import demo
from server.commands.export_data import export_data
from server.commands.import_data import import_data
from server.commands.local_access import login_path
from server.commands.presets import begin, presets
from server.commands.sign_in import sign_in
from server.commands.simulate import simulate
from server.commands.submit import submit
from server.db.engine import make_engine, make_sessions, reading
from server.db.migrate import upgrade
from server.private_broker import NoBroker, find_binary
from server.services import audit
from server.settings import Settings
from server.supervisor import CannotStart
from server.supervisor import up as run_up

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The best segmentation model for your own cameras from the fewest human labels.",
)

app.command()(convert)
app.command()(demo)
app.command("import")(import_data)
app.command("export")(export_data)
app.command()(simulate)
app.command()(presets)
app.command()(begin)
app.command()(call)
app.command()(sign_in)
app.command()(submit)
for noun in (
    projects,
    members,
    people,
    budget,
    rounds,
    schedules,
    reviews,
    models,
    jobs,
    tokens,
    webhooks,
):
    app.add_typer(noun.app, name=noun.__name__.rpartition(".")[2])

Data = Annotated[Path | None, typer.Option(help="Folder of database, images and models.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0: any that is free.")]


@app.command()
def up(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Start the whole service on this machine and keep it running until Ctrl+C."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        run_up(_settings(data=data, host=host, port=port), ready=_say_where)
    except (CannotStart, NoBroker) as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
    typer.echo("Maskloop has stopped.")


@app.command()
def api(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Serve the HTTP API and the web UI."""
    import uvicorn

    from server import collector
    from server.app import create_app

    settings = _settings(data=data, host=host, port=port)
    app = create_app(settings)
    collector.settle()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        # An editor that saves every few seconds would meet closed connections at the default 5 s.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,  # event streams never end by themselves
        log_level="warning",
    )


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Of `gpu`, `cpu` and `control`.")] = "gpu",
    processes: Annotated[int, typer.Option(min=1, help="Jobs at a time.")] = 1,
    beat: Annotated[bool, typer.Option("--beat", help="Also give the tick's beat.")] = False,
    data: Data = None,
) -> None:
    """Work on jobs."""
    name = f"{queues.replace(',', '-')}-{os.getpid()}@%h"
    options = ["-Q", queues, "-c", str(processes), "-n", name, "--loglevel", "INFO"]
    options += ["--without-gossip", "--without-mingle", *(["-B"] if beat else [])]
    _celery(_settings(data=data), "worker", *options)


@app.command()
def beat(data: Data = None) -> None:
    """Give the tick's beat; any number of beats is harmless."""
    _celery(_settings(data=data), "beat", "--pidfile=", "--loglevel", "INFO")


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the newest schema."""
    upgrade(make_engine(_settings(data=data).sql_url))
    typer.echo("The database has the newest schema.")


@app.command()
def login(data: Data = None) -> None:
    """Print a link that signs the installation's administrator in once."""
    typer.echo(f"Open this path of the service in a browser: {login_path(_settings(data=data))}")


@app.command()
def doctor(data: Data = None) -> None:
    """Check what the service needs, and say what is missing."""
    settings = _settings(data=data)
    checks = {
        "python": (True, sys.version.split()[0]),
        "torch": _package("torch"),
        "GPU driver": (True, shutil.which("nvidia-smi") or "none: training runs on the CPU"),
        "broker": _broker(settings),
        "database": _database(settings),
        "audit": _audit(settings),
        "data folder": _folder(settings.data),
        "blobs": _blobs(settings),
    }
    for name, (good, what) in checks.items():
        typer.echo(f"{'ok ' if good else 'BAD'} {name}: {what}")
    if not all(good for good, _ in checks.values()):
        raise typer.Exit(1)


def _settings(**given: Any) -> Settings:
    """Return the environment's settings, with what the command line says instead."""
    said = {name: value for name, value in given.items() if value is not None}
    return Settings().model_copy(update=said)


def _say_where(address: str) -> None:
    typer.echo(f"Maskloop is at {address}")


def _celery(settings: Settings, *arguments: str) -> None:
    """Become Celery: it is named, not imported, so that this process never loads the worker."""
    command = [sys.executable, "-m", "celery", "-A", "worker.app", *arguments]
    os.execve(  # noqa: S606  (our own command)
        sys.executable, command, {**os.environ, **settings.as_environment()}
    )


def _package(name: str) -> tuple[bool, str]:
    try:
        return True, version(name)
    except PackageNotFoundError:
        return False, f"missing: pip install {name}"


def _broker(settings: Settings) -> tuple[bool, str]:
    if settings.broker_url is None:
        try:
            return True, f"private, by {find_binary()}"
        except NoBroker as reason:
            return False, str(reason)
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(settings.broker_url, socket_connect_timeout=3).ping()
    except RedisError as reason:
        return False, f"does not answer: {reason}"
    return True, "answers"


def _database(settings: Settings) -> tuple[bool, str]:
    engine = make_engine(settings.sql_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except OperationalError as reason:
        return False, f"does not answer: {reason.orig}"
    return True, f"{engine.dialect.name} answers"


def _blobs(settings: Settings) -> tuple[bool, str]:
    """Write and read a few bytes where images and masks are kept."""
    from server.storage.choice import open_blobs

    where = settings.blobs_url or str(settings.blob_folder)
    try:
        blobs = open_blobs(settings)
        blobs.read(blobs.put(b"maskloop doctor"))
    except Exception as reason:  # of a service, its client has many kinds
        return False, f"{where} does not keep bytes: {reason}"
    return True, f"{where} keeps bytes"


def _audit(settings: Settings) -> tuple[bool, str]:
    """Walk the chains of acts: a changed or removed one is named."""
    engine = make_engine(settings.sql_url)
    try:
        if not inspect(engine).has_table("audit_heads"):
            return True, "no chain yet: the database is not migrated"
        with reading(make_sessions(engine)) as session:
            found = audit.check_all(session)
    except OperationalError:
        return False, "the database does not answer"
    broken = [f"{scope}: {each.reason}" for scope, each in found if each.broken_at is not None]
    return not broken, "; ".join(
        broken
    ) or f"{sum(each.entries for _, each in found)} acts, unbroken"


def _folder(data: Path) -> tuple[bool, str]:
    existing = next(path for path in (data.resolve(), *data.resolve().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return os.access(existing, os.W_OK), f"{data.resolve()}, {free / 2**30:.0f} GiB free"


if __name__ == "__main__":
    app()
