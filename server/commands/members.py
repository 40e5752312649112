"""`maskloop members`: who works on a project, and how they come in."""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import remote
from server.commands.client import Client, Json
from server.commands.output import Output

app = typer.Typer(no_args_is_help=True, help="Who works on a project, as what.")


@app.command("list")
@remote.command
def listed(client: Client, out: Output, project: remote.Project) -> None:
    """List a project's members."""
    rows = list(client.items(f"{remote.project_path(client, project)}/members"))
    out.rows(rows, ("user.name", "user.display_name", "role", "user.id"))


@app.command()
@remote.command
def invite(
    client: Client,
    out: Output,
    name: Annotated[str, typer.Argument(help="The person's name to sign in with.")],
    project: remote.Project,
    role: Annotated[str, typer.Option(help="`annotator`, `reviewer` or `lead`.")] = "annotator",
    display_name: Annotated[str | None, typer.Option(help="The name that others see.")] = None,
) -> None:
    """Give a person a role and a link that signs them in once; new people are added (admin)."""
    path = remote.project_path(client, project)
    user = _person(client, name) or client.post(
        "/users", {"name": name, "display_name": display_name}
    )
    member = client.put(f"{path}/members/{user['id']}", {"role": role})
    link = client.post(f"/users/{user['id']}/login-links")
    address = f"{client.url}{link['url_path']}"
    line = f"{name} is {role}; the link is good once, until {link['expires_at']}: {address}"
    out.show({**member, "login_link": address, "secret": link["token"]}, line)


@app.command()
@remote.command
def remove(
    client: Client,
    out: Output,
    name: Annotated[str, typer.Argument(help="Whose membership ends.")],
    project: remote.Project,
) -> None:
    """End a membership, from the person's next request on."""
    path = f"{remote.project_path(client, project)}/members"
    rows = ({**row, "name": row["user"]["name"]} for row in client.items(path))
    member = remote.found(rows, "member", name, "name")
    client.delete(f"{path}/{member['user']['id']}")
    out.show({"removed": name}, f"{name} is no member any more.")


def _person(client: Client, name: str) -> Json | None:
    return next((user for user in client.items("/users") if user["name"] == name), None)
