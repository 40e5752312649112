"""Starts the processes of one machine that train one stage together, and ends them together."""

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

import torch
import torch.distributed as dist

from worker.ml.config import StageConfig
from worker.ml.data import BadSample, StageData
from worker.ml.models import BrokenFolder
from worker.ml.networks.weights import ExtraMissing, WeightsBroken, WeightsMissing
from worker.ml.passes import pick_device
from worker.ml.trainer import Diverged, OutOfMemory, StageProgress, Stopped, train_stage

POLL_SECONDS = 0.2
SETTLE_SECONDS = 0.5  # a killed process that has closed its pipe is gone by then
ENDING_SECONDS = 60.0

TOLD = (
    *(Stopped, Diverged, OutOfMemory),
    *(BadSample, BrokenFolder, WeightsMissing, WeightsBroken, ExtraMissing, ValueError),
)
"""What a process says of its end. Of all else it writes the stack to its standard error."""


class RankLost(Exception):
    """A process ended without a word; a later call goes on from the newest checkpoint."""


@dataclass(frozen=True)
class _Task:
    config: StageConfig
    data: StageData
    folder: Path
    start_from: Path | None


def processes_for(config: StageConfig, wanted: int) -> int:
    """The most of the wanted processes (0: one for each GPU) that share every batch evenly."""
    device = pick_device(config.device)
    if not wanted:
        several = device.type == "cuda" and ":" not in config.device
        wanted = torch.cuda.device_count() if several else 1
    batches = (config.batch_labelled, config.batch_unlabelled)
    return next(n for n in range(wanted, 0, -1) if not any(each % n for each in batches))


def train_together(
    config: StageConfig,
    data: StageData,
    folder: Path,
    *,
    processes: int,
    start_from: Path | None,
    on_progress: Callable[[StageProgress], None],
    should_stop: Callable[[], bool],
    on_note: Callable[[str], None] = lambda _: None,
) -> Path:
    """As `train_stage`, by several processes; on a CPU they share the threads.

    Raises:
        RankLost: If one is killed or crashes; the others are ended, too.
    """
    shared = replace(config, threads=max(1, config.threads // processes))
    task = _Task(shared, data, folder, start_from)
    with tempfile.TemporaryDirectory() as meet:
        group = _Group(task, processes, Path(meet) / "meet")
        try:
            group.follow(on_progress, should_stop, on_note)
        finally:
            group.end()
    return folder / "model"


class _Group:
    """The processes and a pipe to each: what is told comes up, and the wish to stop goes down."""

    def __init__(self, task: _Task, size: int, meet: Path) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ranks, self._open = [], list[Connection]()
        for rank in range(size):
            ours, theirs = spawn.Pipe()
            each = spawn.Process(target=_rank, args=(rank, size, meet, task, theirs))
            each.start()
            theirs.close()  # so that its end reaches us as the end of the pipe
            self._ranks.append(each)
            self._open.append(ours)

    def follow(
        self,
        on_progress: Callable[[StageProgress], None],
        should_stop: Callable[[], bool],
        on_note: Callable[[str], None],
    ) -> None:
        """Pass on what is told until all have ended; the first trouble ends it at once."""
        stopped: Stopped | None = None
        asked = False
        while self._open:
            if not asked and should_stop():
                asked = True
                self._ask_to_stop()
            for told in self._heard():
                if isinstance(told, StageProgress):
                    on_progress(told)
                elif isinstance(told, str):
                    on_note(told)
                elif isinstance(told, Stopped):
                    stopped = told  # the first process is still writing the checkpoint
                else:
                    raise told
        for each in self._ranks:
            each.join(ENDING_SECONDS)
        self._check_ends()
        if stopped is not None:
            raise stopped

    def _heard(self) -> list[StageProgress | str | Exception]:
        found = []
        for pipe in wait(self._open, timeout=POLL_SECONDS):
            assert isinstance(pipe, Connection)
            try:
                found.append(pipe.recv())
            except (EOFError, OSError):
                self._open.remove(pipe)
                time.sleep(SETTLE_SECONDS)
                self._check_ends()
        return found

    def _ask_to_stop(self) -> None:
        for pipe in self._open:
            try:
                pipe.send("stop")
            except OSError:  # it has just ended: `_heard` sees how
                continue

    def _check_ends(self) -> None:
        """Raise if a process is lost; a kill comes before what it did to the others."""
        codes = [each.exitcode or 0 for each in self._ranks]
        if not any(codes):
            return
        number, code = min(enumerate(codes), key=lambda each: (each[1] == 0, each[1]))
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else "crashed"
        raise RankLost(f"process {number + 1} of the {len(self._ranks)} that train {how}")

    def end(self) -> None:
        for each in self._ranks:
            each.kill()
        for each in self._ranks:
            each.join()


def _rank(rank: int, size: int, meet: Path, task: _Task, pipe: Connection) -> None:
    """One of the processes, from its start to its end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # reaches the whole group; the pipe says it, too
    threading.Thread(target=_end_with_parent, daemon=True).start()
    device = pick_device(task.config.device, rank=rank)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    backend = "nccl" if device.type == "cuda" else "gloo"
    dist.init_process_group(backend, init_method=f"file://{meet}", rank=rank, world_size=size)

    def tell(said: StageProgress | str) -> None:
        if rank == 0:
            pipe.send(said)

    try:
        train_stage(
            task.config,
            task.data,
            task.folder,
            start_from=task.start_from,
            on_progress=tell,
            should_stop=pipe.poll,
            on_note=tell,
        )
    except TOLD as reason:
        pipe.send(reason)
    else:
        dist.destroy_process_group()


def _end_with_parent() -> None:
    """Without this, processes whose parent was killed would train on, for nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
