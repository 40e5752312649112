"""Colours of a class list, and one for void that no class has."""

from __future__ import annotations

from collections.abc import Sequence

from server.formats.base import ClassEntry
from server.formats.png import Colour


def of_classes(classes: Sequence[ClassEntry]) -> tuple[dict[int, Colour], Colour]:
    """Return the colour of each class id, and void's: the darkest grey that is free."""
    colours = {entry.id: _parsed(entry.colour) for entry in classes}
    taken = set(colours.values())
    void = next((grey, grey, grey) for grey in range(256) if (grey, grey, grey) not in taken)
    return colours, void


def _parsed(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue
