"""The real runner with a handler of the tests' own, steered by the job's params."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from sqlalchemy.orm import Session

from server.rules.jobs import JobKind
from server.services import jobs
from worker.context import GiveUp, JobContext, Record, Stopped
from worker.runner import main

EFFECT = "effect"
"""The log line that stands for a job's results."""


class Hopeless(GiveUp):
    """A failure that no other attempt would mend."""


def run(context: JobContext) -> Record:
    """Count to `steps` in a file that survives attempts; do what `at` says after each step."""
    params = context.facts.params
    counter = context.folder / "steps"
    done = int(counter.read_text()) if counter.exists() else 0
    context.log(f"attempt {context.facts.attempt} starts after step {done}")
    while done < params.get("steps", 1):
        if context.should_stop() and not params.get("deaf"):
            raise Stopped
        time.sleep(params.get("seconds", 0))
        done += 1
        fresh = counter.with_suffix(".new")
        fresh.write_text(str(done))
        fresh.replace(counter)  # a kill between truncating and writing would leave an empty file
        if params.get("checkpoints"):
            context.checkpointed()
        context.report(done / params.get("steps", 1), f"step {done}")
        _harm(params.get("harm", {}).get(str(done)))

    def record(session: Session) -> dict[str, Any]:
        jobs.log(session, context.facts.id, EFFECT)
        return {"steps": done}

    return record


def _harm(what: str | None) -> None:
    if what == "segfault":
        sys.stderr.write("about to crash\n")
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "exit":
        os._exit(3)
    elif what == "raise":
        raise ValueError("step went wrong")
    elif what == "give up":
        raise Hopeless("the data cannot be used")


if __name__ == "__main__":
    sys.exit(main(dict.fromkeys(JobKind, "tests.worker.engine_runner:run")))
