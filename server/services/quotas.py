"""What one person may have under way, and what one project may hold."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session

from server.db.models import Job, Project, Upload, User
from server.rules.errors import ProjectFull, TooManyJobs
from server.rules.jobs import FINISHED

LOOK_AGAIN_SECONDS = 10
"""Nobody knows when a job ends."""


def require_job(session: Session, user_id: UUID, *, most: int) -> None:
    """Refuse another job of a person who has `most` of them waiting or running; 0: any number.

    The jobs of rounds are the project's, and count for nobody.
    """
    if not most:
        return
    # Two requests at one moment count one after the other.
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    active = session.scalar(
        select(func.count(Job.id)).where(
            Job.created_by == user_id, Job.round_id.is_(None), Job.state.not_in(FINISHED)
        )
    )
    if active is not None and active >= most:
        raise TooManyJobs(active=active, most=most, wait=LOOK_AGAIN_SECONDS)


def used(session: Session, project_id: UUID) -> int:
    """Return the bytes of a project's images and uploads, those on their way as a whole."""
    uploads = select(func.coalesce(func.sum(Upload.bytes), 0)).where(
        Upload.project_id == project_id
    )
    stored = select(Project.image_bytes).where(Project.id == project_id)
    # PostgreSQL's sum of big integers is a decimal number.
    return session.scalars(stored).one() + int(session.scalars(uploads).one())


def require_space(session: Session, project_id: UUID, size: int, *, most: int) -> None:
    """Refuse an upload that would not fit.

    Raises:
        ProjectFull: The project would hold more than `most` bytes; 0: any number.
    """
    if not most:
        return
    locked = select(Project.id).where(Project.id == project_id).with_for_update(key_share=True)
    session.execute(locked)
    have = used(session, project_id)
    if have + size > most:
        raise ProjectFull(asked=size, used=have, most=most)


def take_space(session: Session, project_id: UUID, size: int, *, most: int) -> None:
    """Count images that were just added; the project's row is locked last, and shortly.

    Raises:
        ProjectFull: They do not fit.
    """
    fits = Project.image_bytes + size <= most if most else true()
    taken = session.execute(
        update(Project)
        .where(Project.id == project_id, fits)
        .values(image_bytes=Project.image_bytes + size)
        .returning(Project.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        have = session.scalars(select(Project.image_bytes).where(Project.id == project_id)).one()
        raise ProjectFull(asked=size, used=have, most=most)
