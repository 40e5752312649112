"""Jobs done at once, by the real handlers, where no worker runs."""

from __future__ import annotations

from server.rules.jobs import JobTimes
from server.services import jobs
from tests.servers.queue import RecordingQueue
from worker import runner
from worker.context import HANDLERS, JobContext, Resources


def do_queued(resources: Resources, queue: RecordingQueue) -> None:
    """Do what was sent to the queue, newest first, as a worker would."""
    while queue.sent:
        job_id, _ = queue.sent.pop()
        with resources.sessions.begin() as session:
            job = jobs.claim(session, job_id, owner="test", times=JobTimes())
            assert job is not None
            fence = job.fence
        facts = runner._facts(job_id, fence, resources)
        assert facts is not None
        folder = resources.settings.work_folder / str(job_id)
        folder.mkdir(parents=True)
        context = JobContext(facts, resources, folder)
        runner._finish(context, runner._handler(HANDLERS[facts.kind])(context))
