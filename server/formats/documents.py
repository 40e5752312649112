"""JSON documents from outside: bounded, and read field by field with refusals that name it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from server.rules.errors import Invalid, TooLarge

MAX_BYTES = 256 * 2**20

Json = dict[str, Any]


def load(data: bytes, *, where: str) -> object:
    """Return the parsed document; no NaN, no nesting that exhausts the stack."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes; at most {MAX_BYTES}.", field=where)
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid("This is not JSON that can be read.", field=where) from None


def dump(document: object) -> bytes:
    """Return the document as UTF-8, the same bytes for the same document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def mapping(value: object, *, where: str) -> Json:
    """Return an object, or refuse."""
    if not isinstance(value, dict):
        raise Invalid("An object is expected here.", field=where)
    return value


def sequence(value: object, *, where: str) -> list[Any]:
    """Return a list, or refuse."""
    if not isinstance(value, list):
        raise Invalid("A list is expected here.", field=where)
    return value


def text(value: object, *, where: str) -> str:
    """Return a string, or refuse."""
    if not isinstance(value, str):
        raise Invalid("A text is expected here.", field=where)
    return value


def whole(value: object, *, where: str) -> int:
    """Return a whole number of 32 bits, or refuse."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
        raise Invalid("A whole number is expected here.", field=where)
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
