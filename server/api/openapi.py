"""The API's own description, as a generated client needs it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from server.api.errors import MEDIA_TYPE
from server.api.gates import SignedIn
from server.services.access import Principal

router = APIRouter(tags=["openapi"])


class ProblemField(BaseModel):
    """What is wrong with one field of the request."""

    name: str
    message: str


class Problem(BaseModel):
    """A refusal (RFC 9457); some kinds have further members."""

    type: str
    title: str
    status: int
    detail: str
    fields: list[ProblemField]
    request_id: str | None


def _refusal(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


REFUSALS: dict[int | str, dict[str, Any]] = {
    422: _refusal("A field has a value that cannot be accepted."),
    "4XX": _refusal("The request is refused; `type` says why."),
    "5XX": _refusal("The service cannot answer now."),
}


def operation_id(route: APIRoute) -> str:
    """Return the operation's name: what it is about and the function, `rounds_start`."""
    return f"{route.tags[0]}_{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


@router.get("/openapi.json", summary="This description")
def document(_: Annotated[Principal, Depends(SignedIn())], request: Request) -> dict[str, Any]:
    """Return the API as OpenAPI."""
    made: dict[str, Any] = dict(request.app.openapi())
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    _say_streams_in_3_1(made)
    return made


def _say_streams_in_3_1(made: dict[str, Any]) -> None:
    """Streams of events are text: OpenAPI 3.1 does not know `itemSchema`, generators refuse it."""
    for methods in made["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                stream = answer.get("content", {}).get("text/event-stream", {})
                if stream.pop("itemSchema", None) is not None:
                    stream["schema"] = {"type": "string"}
