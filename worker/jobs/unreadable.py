"""What a job does about an image that cannot be read: it leaves the image out and begins again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from server.services import jobs, quarantine
from server.services.unit_of_work import unit_of_work
from server.storage.base import BlobMissing
from worker.context import JobContext, Record
from worker.ml.data import BadSample

P = ParamSpec("P")


class LeftOut(Exception):
    """One image is left out from now on; the next attempt does without it."""


def leaving_out(
    run: Callable[Concatenate[JobContext, P], Record],
) -> Callable[Concatenate[JobContext, P], Record]:
    """Wrap a handler, so that one unreadable image costs an attempt and not the round."""

    @wraps(run)
    def guarded(context: JobContext, /, *args: P.args, **kwargs: P.kwargs) -> Record:
        try:
            return run(context, *args, **kwargs)
        except BadSample as bad:
            if bad.image_sha256 is None:
                raise
            raise _leave_out(context, bad.image_sha256, str(bad)) or bad from bad
        except BlobMissing as gone:
            sha256 = str(gone)
            why = "its file or its mask's is gone from the storage"
            raise _leave_out(context, sha256, why) or gone from gone

    return guarded


def _leave_out(context: JobContext, sha256: str, reason: str) -> LeftOut | None:
    """Leave the image out while the job is still ours; None: the file is no image's."""
    facts = context.facts
    with unit_of_work(context.resources.sessions, context.resources.queue) as session:
        image = quarantine.leave_out(session, facts.project_id, sha256=sha256, reason=reason)
        if image is None:
            return None
        # The next attempt goes on with less: that is no repetition of this one.
        jobs.checkpointed(session, facts.id, fence=facts.fence)
    return LeftOut(f"{image.name} is left out from now on: {reason}")
