"""`maskloop call`: any request of the API, for what has no command of its own."""

from __future__ import annotations

import json
import uuid
from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output


@remote.command
def call(
    client: Client,
    out: Output,
    method: Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.")],
    path: Annotated[str, typer.Argument(help="Below /api/v1, such as /projects.")],
    option: Annotated[
        list[str] | None, typer.Option("--set", help="A field as NAME=VALUE. Repeat it.")
    ] = None,
    body: Annotated[str, typer.Option("--data", help="The body as JSON, before --set.")] = "{}",
    version: Annotated[str, typer.Option("--if-match", help="The tag that was read.")] = "",
) -> None:
    """Send one request and print the answer's JSON; a list is walked to its end."""
    try:
        given = {**json.loads(body), **remote.parsed(option or [])}
    except (ValueError, TypeError):
        raise typer.BadParameter("--data is no JSON object.") from None
    answer = _answer(client, method.upper(), path, given, version)
    out.json(answer)


def _answer(client: Client, method: str, path: str, given: Json, version: str) -> Json | list[Json]:
    if method == "GET":
        found = client.get(path, **given)
        is_list = found.keys() == {"items", "next"}
        return list(client.items(path, **given)) if is_list else found
    if method == "POST":
        return client.post(path, given, key=str(uuid.uuid4()), version=version)
    if method == "PUT":
        return client.put(path, given)
    if method == "PATCH":
        return client.patch(path, given, version=version)
    if method == "DELETE":
        return client.delete(path)
    raise typer.BadParameter(f"{method!r} is none of GET, POST, PUT, PATCH and DELETE.")
