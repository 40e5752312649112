"""The one form in which benchmarks leave their figures, and the page that shows them."""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Figure:
    """One number, how far it scatters, and over how many measurements."""

    value: float
    spread: float
    n: int
    unit: str

    @classmethod
    def of(cls, values: Sequence[float], unit: str) -> Self:
        """The median, and the distance of the quartiles (0 for fewer than four values)."""
        quartiles = statistics.quantiles(values, n=4) if len(values) >= 4 else [0.0, 0.0, 0.0]
        return cls(statistics.median(values), quartiles[2] - quartiles[0], len(values), unit)


def machine() -> str:
    """Enough to tell runs on different machines apart, without naming one."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def write_report(
    path: Path,
    figures: Mapping[str, Figure],
    *,
    seeds: Sequence[int],
    command: str | None = None,
) -> None:
    """Write `path` as JSON: what was run, where, when, with which seeds, and the figures."""
    report = {
        "command": command or " ".join(["python -m", *_module(), *sys.argv[1:]]),
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "seeds": list(seeds),
        "figures": {name: _rounded(figure) for name, figure in figures.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n")


def table(report: Mapping[str, object]) -> str:
    """The figures as a Markdown table, with what produced them above it."""
    figures = report["figures"]
    assert isinstance(figures, dict)
    lines = [
        f"`{report['command']}`, {report['machine']}, {report['date']}",
        "",
        "| figure | value | spread | n | unit |",
        "|---|---|---|---|---|",
    ]
    for name, figure in sorted(figures.items()):
        numbers = f"{figure['value']:.4g} | {figure['spread']:.2g} | {figure['n']}"
        lines.append(f"| {name} | {numbers} | {figure['unit']} |")
    return "\n".join(lines) + "\n"


def _rounded(figure: Figure) -> dict[str, object]:
    return {**asdict(figure), "value": round(figure.value, 5), "spread": round(figure.spread, 5)}


def _module() -> list[str]:
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return [spec.name] if spec else [Path(sys.argv[0]).name]


def main() -> None:
    parser = argparse.ArgumentParser(description="Print a report's figures as Markdown.")
    parser.add_argument("report", type=Path)
    print(table(json.loads(parser.parse_args().report.read_text())))


if __name__ == "__main__":
    main()
