"""Projects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api import models as model_routes
from server.api import rounds as round_routes
from server.api.budgets import BudgetOut
from server.api.classes import ClassesOut
from server.api.deps import IfMatchRequired, PageDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, SignedIn, Unbound
from server.api.models import ModelOut
from server.api.rounds import RoundOut
from server.api.schemas import In, Listing, Out, listing
from server.api.training import SettingsIn
from server.db.models import Project
from server.rules.images import Split
from server.rules.roles import Role
from server.services import (
    audit,
    budgets,
    classes,
    images,
    models,
    overview,
    projects,
    promotions,
    quotas,
    rounds,
)
from server.services.access import Principal
from server.settings import Settings

router = APIRouter(prefix="/projects", tags=["projects"])

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Description = Annotated[str, Field(max_length=10_000)]


class ProjectIn(In):
    """A project to make."""

    name: Name
    description: Description = ""


class ProjectChange(In):
    """What to change; fields that are left out stay."""

    name: Name | None = None
    description: Description | None = None
    settings: SettingsIn | None = None

    def changes(self) -> dict[str, Any]:
        """Return the given fields only."""
        given = self.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in given.items() if value is not None}


class ProjectRef(Out):
    """A project in a list."""

    id: UUID
    name: str
    description: str
    created_at: datetime
    role: Role
    version: int


class Counts(Out):
    """Images by split."""

    source: int
    source_labelled: int
    pool: int
    pool_labelled: int
    validation: int
    test: int


class StorageOut(Out):
    """Bytes of the project's images and uploads, and how many it may have; 0: any number."""

    used: int
    most: int


class ProjectOut(ProjectRef):
    """A project with what its page shows first."""

    etag: str
    settings: dict[str, Any]
    classes: ClassesOut | None
    counts: Counts
    storage: StorageOut
    budget: BudgetOut
    current_round: RoundOut | None
    latest_model: ModelOut | None


@router.post("", status_code=status.HTTP_201_CREATED, summary="Make a project")
def create(
    who: Annotated[Principal, Depends(Unbound())],
    given: ProjectIn,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> ProjectOut:
    """Make a project and lead it."""
    made = projects.create(
        session, name=given.name, description=given.description, creator_id=who.user.id
    )
    audit.note(
        session, "project.created", project_id=made.id, actor_id=who.user.id, subject=made.id
    )
    return _answer(session, response, made, Role.LEAD, settings)


@router.get("", summary="Your projects")
def visible(
    who: Annotated[Principal, Depends(SignedIn())],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[ProjectRef]:
    """Return a page of the projects that you may see, newest first."""
    found = projects.visible(session, who, page)
    return listing(request, found, lambda row: _ref(row[0], row[1] or Role.LEAD))


@router.get("/{project_id}", summary="One project")
def get(
    project_id: UUID,
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> ProjectOut:
    """Return the project."""
    return _answer(session, response, projects.get(session, project_id), who.role, settings)


@router.patch("/{project_id}", summary="Change a project")
def change(
    project_id: UUID,
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    version: IfMatchRequired,
    given: ProjectChange,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> ProjectOut:
    """Change the given fields if nobody changed the project since the version in If-Match."""
    changes = given.changes()
    changed = projects.change(session, project_id, version=version, changes=changes)
    audit.note(
        session,
        "project.changed",
        project_id=project_id,
        actor_id=who.user_id,
        subject=project_id,
        fields=sorted(changes),
    )
    return _answer(session, response, changed, who.role, settings)


def _ref(project: Project, role: Role) -> ProjectRef:
    return ProjectRef(
        id=project.id,
        name=project.name,
        description=project.description,
        created_at=project.created_at,
        role=role,
        version=project.version,
    )


def _answer(
    session: Session, response: Response, project: Project, role: Role, settings: Settings
) -> ProjectOut:
    session.flush()
    response.headers["ETag"] = f'"{project.version}"'
    class_list = classes.newest(session, project.id)
    current = overview.current_round(session, project.id)
    model = rounds.latest_model(session, project.id)
    return ProjectOut(
        **_ref(project, role).model_dump(),
        etag=f'"{project.version}"',
        settings=project.settings,
        classes=None if class_list is None else ClassesOut.model_validate(class_list),
        counts=_counts(session, project.id),
        storage=StorageOut(used=quotas.used(session, project.id), most=settings.project_bytes),
        budget=BudgetOut.model_validate(budgets.balance(session, project.id)),
        current_round=None if current is None else round_routes.shown(session, current.id),
        latest_model=(
            None
            if model is None
            else model_routes.shape(
                model,
                models.scores(session, [model])[model.id],
                promotions.serving(session, project.id),
            )
        ),
    )


def _counts(session: Session, project_id: UUID) -> Counts:
    counts = images.counts(session, project_id)

    def labelled(split: Split) -> int:
        return counts.get((split, True), 0)

    def every(split: Split) -> int:
        return labelled(split) + counts.get((split, False), 0)

    return Counts(
        source=every(Split.TRAIN),
        source_labelled=labelled(Split.TRAIN),
        pool=every(Split.POOL),
        pool_labelled=labelled(Split.POOL),
        validation=every(Split.VALIDATION),
        test=every(Split.TEST),
    )
