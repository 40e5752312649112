"""`maskloop sign-in`: a token for scripts from a one-time login link."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import httpx2
import typer

from server.commands.client import Refused, refusal
from server.commands.output import AsJson, Output, ended


def sign_in(
    link: Annotated[str, typer.Argument(help="The whole link, as `members invite` printed it.")],
    name: Annotated[str, typer.Option(help="What the list of your tokens calls it.")] = "scripts",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is good.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Use a login link up and print a token that acts for you; it is shown here only."""
    parts = urlsplit(link)
    if not (parts.netloc and parts.fragment):
        raise typer.BadParameter(f"{link} is no login link: http://HOST/login#SECRET.")
    service = f"{parts.scheme}://{parts.netloc}"
    wish = {"name": name, "expires_in_days": days}
    try:
        with httpx2.Client(base_url=service, headers={"Origin": service}) as http:
            for path, body in (("sessions", {"token": parts.fragment}), ("tokens", wish)):
                answer = http.post(f"/api/v1/{path}", json=body)
                if not answer.is_success:
                    raise refusal(answer)
            token = answer.json()
            http.delete("/api/v1/sessions/current")
    except (Refused, httpx2.TransportError) as reason:
        raise ended("sign-in", reason) from None
    Output(as_json).show(token, token["token"])
