"""What a job is, who may move it, and the one set of times that all parts keep."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JobKind(StrEnum):
    """One handler in `worker.jobs` per kind."""

    WARM_UP = "warm_up"
    ACQUIRE = "acquire"
    """Scores one shard of the pool."""
    SELECT = "select"
    """Reduces all scores to the round's items."""
    REPLAY = "replay"
    """Makes a round's selection again and compares the two, byte by byte."""
    RETRAIN = "retrain"
    EVALUATE = "evaluate"
    IMPORT = "import"
    EXPORT = "export"
    PREDICT = "predict"
    """A model's masks of the pool, or of any folder."""
    ONNX = "onnx"
    """Writes a model for other runtimes, and checks that it computes the same."""


class JobState(StrEnum):
    """Only a claim, a finish, a cancel or the tick moves a job."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})

QUEUE = {
    JobKind.WARM_UP: "gpu",
    JobKind.ACQUIRE: "gpu",
    JobKind.SELECT: "gpu",
    JobKind.REPLAY: "gpu",
    JobKind.RETRAIN: "gpu",
    JobKind.EVALUATE: "gpu",
    JobKind.IMPORT: "cpu",
    JobKind.EXPORT: "cpu",
    JobKind.PREDICT: "gpu",
    JobKind.ONNX: "gpu",
}
"""The Celery queue of each kind. `select` predicts the chosen images' masks, so it is `gpu`."""

SHARD_IMAGES = 256
"""Images scored by one `acquire` job, so that any number of workers share a round."""


@dataclass(frozen=True)
class JobTimes:
    """Seconds. Lease and heartbeat bound how long a dead worker goes unnoticed."""

    lease: float = 60
    heartbeat: float = 10
    tick: float = 5
    resend: float = 30
    """A queued job whose message is this old is sent again."""
    backoff: float = 10
    grace: float = 20
    """From SIGTERM to SIGKILL for a child that was cancelled or fenced."""


MAX_ATTEMPTS = 5


def backoff_seconds(attempt: int, times: JobTimes) -> float:
    """How long a job waits after its `attempt`-th failure: 10 s, 20 s, 40 s, ..."""
    return float(times.backoff * 2 ** (attempt - 1))
