"""Makes the runs that are still missing: parents first, single-thread processes side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import lru_cache
from pathlib import Path

from benchmarks.learning.pairs import Pair, read_pair
from benchmarks.learning.runs import Kept, Run, execute


def make(runs: Sequence[Run], data: Path, kept: Kept, *, processes: int) -> None:
    """Make every missing run, and those whose model a missing one needs, in the given order."""
    pairs = {name: read_pair(data, name) for name in {run.pair for run in runs}}
    waiting = missing(runs, pairs, kept)
    print(f"{len(waiting)} runs to make", flush=True)
    going: dict[Future[float], Run] = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        while waiting or going:
            for run in [r for r in waiting if _ready(r, pairs, kept)][: processes - len(going)]:
                waiting.remove(run)
                going[pool.submit(_make, run, data, kept)] = run
            done, _ = wait(going, return_when=FIRST_COMPLETED)
            for future in done:
                run = going.pop(future)
                print(f"{100 * future.result():.1f} % {describe(run)}", flush=True)


def missing(runs: Sequence[Run], pairs: dict[str, Pair], kept: Kept) -> list[Run]:
    """Runs without a record, each behind those of its ancestors whose model is gone."""
    found: dict[Run, None] = {}
    for run in runs:
        pair = pairs[run.pair]
        if kept.record(run, pair) is None:
            *before, own = run.ancestry()
            found |= dict.fromkeys(r for r in before if not kept.has_model(r, pair))
            found[own] = None
    return list(found)


def describe(run: Run) -> str:
    """One line that tells the run from the others."""
    options = "".join(f" {name}={value}" for name, value in run.options)
    return f"{run.pair} {run.recipe} {run.strategy} {run.labels} labels seed {run.seed}{options}"


def _ready(run: Run, pairs: dict[str, Pair], kept: Kept) -> bool:
    return run.parent is None or kept.has_model(run.parent, pairs[run.pair])


def _make(run: Run, data: Path, kept: Kept) -> float:
    return float(execute(run, _pair(data, run.pair), kept)["miou"])


@lru_cache
def _pair(data: Path, name: str) -> Pair:
    """Read once in each process: the digest goes over every file."""
    return read_pair(data, name)
