"""How often something may be done."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE, HOUR = 60, 3600
_EACH = {MINUTE: "a minute", HOUR: "an hour"}


@dataclass(frozen=True)
class Rate:
    """So many acts of one caller in so many seconds; 0: any number."""

    name: str
    """What is counted, in the plural: `requests`."""
    most: int
    seconds: int = MINUTE

    def __str__(self) -> str:
        return f"{self.most} {self.name} {_EACH[self.seconds]}"
