"""A project whose imports run here, by the job's own handler."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server import codecs
from server.db.models import DomainRow, Group, Image, Job, Mask
from server.rules.images import Domain, Split
from server.services import classes, imports
from server.services.imports import Source
from server.storage.choice import open_buckets
from tests.rows import new_project
from tests.worker.jobs.claiming import claim, run_claimed
from worker.context import JobContext, Resources
from worker.jobs import import_images

CLASSES = [
    {"id": 0, "name": "road", "colour": "#804080"},
    {"id": 1, "name": "sky", "colour": "#4682b4"},
]


class Importer:
    """Starts imports in one project and runs their jobs by the real handler."""

    def __init__(self, resources: Resources, class_list: list[dict[str, Any]] = CLASSES) -> None:
        self.resources = resources
        with resources.sessions.begin() as session:
            project = new_project(session)
            session.add_all(DomainRow(project_id=project.id, kind=kind) for kind in Domain)
            classes.put(session, project.id, class_list)
        self.project_id = project.id

    def start(
        self,
        folder: Path | str,
        masks: Path | str | None = None,
        pattern: str | None = None,
        **source: Any,
    ) -> UUID:
        """Start an import into the target: of the test images where there are masks."""
        place = Source(
            str(folder), masks_path=str(masks) if masks else None, group_pattern=pattern, **source
        )
        return self.start_from(place, Domain.TARGET, Split.TEST if masks else Split.POOL)

    def start_laid_out(self, root: Path, layout: str, domain: Domain, split: Split) -> UUID:
        """Start the import of a published data set's own folder."""
        with self.resources.sessions() as session:
            source = Source(str(root))
            place = imports.laid_out(session, self.project_id, source, layout=layout, split=split)
        return self.start_from(place, domain, split)

    def start_from(self, place: Source, domain: Domain, split: Split) -> UUID:
        """Start an import as the route does."""
        settings = self.resources.settings
        with self.resources.sessions.begin() as session:
            return imports.start(
                session,
                self.project_id,
                place,
                domain=domain,
                split=split,
                roots=settings.import_roots,
                buckets=open_buckets(settings),
                actor_id=None,
            ).id

    def context(self, job_id: UUID) -> JobContext:
        """Claim the job (again: as after a kill) and return its handler's context."""
        with self.resources.sessions.begin() as session:
            session.get_one(Job, job_id).state = "queued"  # type: ignore[assignment]
        return claim(self.resources, job_id)

    def run(self, job_id: UUID) -> dict[str, Any]:
        """Run the job; return its result."""
        return run_claimed(self.context(job_id), import_images.run)

    def images(self) -> list[str]:
        """Every image's name, in order."""
        return [name for name, _, _ in self.found()]

    def found(self) -> list[tuple[str, str | None, list[list[int]] | None]]:
        """Every image's name, group and label map, by name."""
        statement = (
            select(Image.name, Group.name, Mask.sha256)
            .outerjoin(Group, Group.id == Image.group_id)
            .outerjoin(Mask, Mask.image_id == Image.id)
            .order_by(Image.name)
        )
        with self.resources.sessions() as session:
            rows = session.execute(statement).all()
        read = self.resources.blobs.read
        return [
            (name, group, codecs.decode_png_labels(read(sha)).tolist() if sha else None)
            for name, group, sha in rows
        ]


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["accepted"], result["duplicates"], result["refused"]
