"""What commands that speak to a running service share: where it is, who asks, how results look."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Concatenate
from urllib.parse import urlsplit

import httpx2
import typer

from server.commands.client import Client, Json, Refused
from server.commands.following import JobFailed
from server.commands.local_access import admin_token
from server.commands.output import AsJson, Output, ended
from server.settings import Settings

Project = Annotated[str, typer.Option(help="The project's name or id.")]
Url = Annotated[
    str,
    typer.Option(
        envvar="MASKLOOP_URL", show_envvar=True, help="Where the service is; else: on this machine."
    ),
]
# By the environment as well: what stands in a command line is read by everybody on the machine.
Token = Annotated[
    str,
    typer.Option(
        envvar="MASKLOOP_TOKEN",
        show_envvar=True,
        help="A token; else the admin's, from this machine's data folder (MASKLOOP_DATA).",
    ),
]

KEYWORD = inspect.Parameter.KEYWORD_ONLY
SHARED = (
    inspect.Parameter("context", KEYWORD, annotation=typer.Context),
    inspect.Parameter("url", KEYWORD, default="", annotation=Url),
    inspect.Parameter("token", KEYWORD, default="", annotation=Token),
    inspect.Parameter("as_json", KEYWORD, default=False, annotation=AsJson),
)


def command(act: Callable[Concatenate[Client, Output, ...], None]) -> Callable[..., None]:
    """Give a command, beside its own options, those of every command that speaks to a service.

    It gets what they lead to: a client of the service, and where its result goes.
    """

    @wraps(act)
    def run(*, context: typer.Context, url: str, token: str, as_json: bool, **own: Any) -> None:
        with _service(url, token, _words(context)) as client:
            act(client, Output(as_json), **own)

    signature = inspect.signature(act, eval_str=True)
    own = list(signature.parameters.values())[2:]
    # Typer reads a command's options from its signature.
    run.__signature__ = signature.replace(parameters=[*own, *SHARED])  # type: ignore[attr-defined]
    return run


def _words(context: typer.Context) -> str:
    """Return the words after `maskloop` that named the command."""
    words: list[str] = []
    at: Any = context
    while at.parent is not None:
        words.insert(0, at.info_name)
        at = at.parent
    return " ".join(words)


@contextmanager
def _service(url: str, token: str, words: str) -> Iterator[Client]:
    """Give a client; what goes wrong ends the command with one line."""
    client: Client | None = None
    settings = Settings()
    try:
        here = f"http://{settings.host}:{settings.port}"
        client = Client(url or here, token or _own_token(settings, url or here))
        yield client
    except (Refused, JobFailed, OSError, httpx2.TransportError) as reason:
        raise ended(words, reason) from None
    finally:
        if client is not None:
            client.close()


def _own_token(settings: Settings, url: str) -> str:
    """Return a token of this machine's admin, for a service on this machine and for no other."""
    host = urlsplit(url).hostname
    if host not in {settings.host, "localhost", "127.0.0.1", "::1"}:
        raise typer.BadParameter(f"{host} is another machine: give a token of its own.")
    return admin_token(settings)


def project_path(client: Client, project: str) -> str:
    """Return the address of the project of this name or id."""
    one = found(client.items("/projects"), "project", project, "id", "name")
    return f"/projects/{one['id']}"


def found(rows: Iterator[Json], what: str, given: str, *fields: str) -> Json:
    """Return the one row that has the given text in one of the fields.

    Raises:
        Refused: There is none.
    """
    for row in rows:
        if given in (str(row[field]) for field in fields):
            return row
    raise missing(what, repr(given))


def missing(what: str, which: str) -> Refused:
    """Say that the service has no such thing."""
    return Refused(status=404, kind="not_found", text=f"There is no {what} {which}.")


def parsed(pairs: list[str]) -> Json:
    """Read `NAME=JSON` options; what is no JSON is text: `steps=250`, `recipe=supervised`."""
    read: Json = {}
    for pair in pairs:
        name, given, text = pair.partition("=")
        if not given:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE.")
        try:
            read[name] = json.loads(text)
        except ValueError:
            read[name] = text
    return read


def parsed_map(pairs: list[str], file: Path | None) -> dict[str, int] | None:
    """Return the mapping of `label=id` pairs, or of a JSON file; None when there is neither."""
    found: dict[str, int] = json.loads(file.read_text()) if file else {}
    for pair in pairs:
        label, _, class_id = pair.rpartition("=")
        if not label or not class_id.isdecimal():
            raise typer.BadParameter(f"{pair!r} is not LABEL=ID.")
        found[label] = int(class_id)
    return found or None
