"""How often the forecast of the next labels holds, on learning curves whose truth is known.

`python -m benchmarks.advice --json docs/benchmarks/advice.json` draws 200 learning curves (power
laws with a plateau), adds the scatter that real trainings show (about 1.5 points of mIoU; half and
twice of it as well), lets the advice see them round by round, and counts how many of the next
measured scores fall into its 90 % interval.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Figure, write_report
from server.rules.learning_curve import FEWEST_POINTS, TYPICAL_SCATTER, Point, fit

CURVES = 200
FORECASTS = 6
"""Of each curve: after its third round, its fourth, ..."""


@dataclass(frozen=True)
class Forecast:
    """One forecast beside what happened; scores from 0 to 1."""

    low: float
    middle: float
    high: float
    happened: float

    @property
    def holds(self) -> bool:
        """Whether what happened lies in the interval."""
        return self.low <= self.happened <= self.high


def draw_curve(draw: random.Random, *, scatter: float) -> list[Point]:
    """Return a project's scores, round by round: 5, 10 or 20 labels each.

    The curve ends between 45 and 90 % mIoU and misses 5 to 40 points of it after its first round,
    with a steepness between 0.2 and 1.2: from barely moving to done after three rounds.
    """
    plateau, missing = draw.uniform(0.45, 0.9), draw.uniform(0.05, 0.4)
    steepness, step = draw.uniform(0.2, 1.2), draw.choice((5, 10, 20))
    return [
        Point(number * step, plateau - missing * number**-steepness + draw.gauss(0, scatter))
        for number in range(1, FEWEST_POINTS + FORECASTS + 1)
    ]


def forecasts(points: list[Point]) -> Iterator[Forecast]:
    """Forecast each next score from those before it alone."""
    for seen in range(FEWEST_POINTS, len(points)):
        curve = fit(points[:seen])
        assert curve is not None
        span = curve.measured(points[seen].labels)
        yield Forecast(span.low, span.middle, span.high, points[seen].score)


def measure(*, curves: int, scatter: float, seed: int) -> list[Forecast]:
    """Return all forecasts of so many curves."""
    draw = random.Random(seed)
    return [
        forecast for _ in range(curves) for forecast in forecasts(draw_curve(draw, scatter=scatter))
    ]


def coverage(made: list[Forecast]) -> float:
    """Return the percentage that held."""
    return 100 * sum(forecast.holds for forecast in made) / len(made)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=Path("docs/benchmarks/advice.json"))
    parser.add_argument("--curves", type=int, default=CURVES)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    figures = {}
    for name, scatter in (
        ("advice.coverage", TYPICAL_SCATTER),
        ("advice.coverage_at_half_the_scatter", TYPICAL_SCATTER / 2),
        ("advice.coverage_at_twice_the_scatter", TYPICAL_SCATTER * 2),
    ):
        made = measure(curves=given.curves, scatter=scatter, seed=given.seed)
        figures[name] = Figure(coverage(made), 0.0, len(made), "% of 90 % intervals")
        widths = [100 * (one.high - one.low) for one in made]
        figures[name.replace("coverage", "width")] = Figure.of(widths, "points of mIoU")
    write_report(given.json, figures, seeds=[given.seed])
    for name, figure in figures.items():
        print(f"{name} {figure.value:.1f} {figure.unit}, n={figure.n}")


if __name__ == "__main__":
    main()
