"""Sizes and times with which a whole loop takes seconds: real processes, real training."""

from __future__ import annotations

import os

POOL = 10
"""Images of the target pool."""

SETTINGS = {"crop": [64, 64], "batch_labelled": 2, "batch_unlabelled": 2}
"""Project settings with which a training step takes a tenth of a second."""

_QUICK = {
    "MASKLOOP_TICK_SECONDS": "0.5",
    "MASKLOOP_JOB_HEARTBEAT_SECONDS": "1",
    "MASKLOOP_JOB_LEASE_SECONDS": "5",
    "MASKLOOP_JOB_RESEND_SECONDS": "2",
    "MASKLOOP_JOB_BACKOFF_SECONDS": "0.5",
    "MASKLOOP_CHECKPOINT_SECONDS": "0.2",
    "MASKLOOP_THREADS": "1",
}


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a service whose engine looks often."""
    return {**os.environ, **_QUICK, **more}
