"""XML from outside, without what makes XML dangerous: no document type, so no entities.

Everything is bounded: bytes, elements, depth. Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # the handlers below refuse document types

from server.rules.errors import Invalid, TooLarge

MAX_BYTES = 256 * 2**20
MAX_ELEMENTS = 5_000_000
MAX_DEPTH = 50


@dataclass
class Element:
    """A tag with its attributes and children; text between tags is not kept."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)

    def named(self, tag: str) -> Iterator[Element]:
        """Yield the children of this tag."""
        return (child for child in self.children if child.tag == tag)


def parse(data: bytes, *, where: str) -> Element:
    """Return the root element.

    Raises:
        TooLarge: More bytes than a document may have.
        Invalid: Not XML, a document type, or too many or too deeply nested elements.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes; at most {MAX_BYTES}.", field=where)
    tree = _Tree(where)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = tree.refuse_document_type
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Invalid("This is not XML that can be read.", field=where) from None
    return tree.top.children[0]


class _Tree:
    """Builds the elements, and refuses what is out of bounds."""

    def __init__(self, where: str) -> None:
        self.top = Element("", {})
        self._open, self._count, self._where = [self.top], 0, where

    def refuse_document_type(self, *_: Any) -> None:
        raise Invalid("A document type is not allowed here.", field=self._where)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise Invalid("The XML has too many elements, or too deep ones.", field=self._where)
        element = Element(tag, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()
