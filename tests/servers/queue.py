"""A job queue that keeps what was sent to it, for tests without workers."""

from __future__ import annotations

from uuid import UUID


class RecordingQueue:
    """Implements `JobQueue`; `sent` is in order."""

    def __init__(self) -> None:
        self.sent: list[tuple[UUID, str]] = []

    def send(self, job_id: UUID, queue: str) -> None:
        """Keep the message."""
        self.sent.append((job_id, queue))
