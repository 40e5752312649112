"""People's figures: how much, how fast, how well, and how far they agree."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import Out
from server.rules.agreement import Agreement
from server.rules.roles import Role
from server.services import people, truths

router = APIRouter(prefix="/projects/{project_id}", tags=["people"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class StandingOut(Out):
    """Scores against hidden truth: how many, their mean, and where it lies with 90 %."""

    items: int
    mean: float
    low: float
    high: float
    flagged_after: int | None
    """After how many items the mean was known to be below the threshold; null: it is not."""


class AgreeingOut(Out):
    """How far a person agrees with all others who labelled the same images."""

    people: int
    images: int
    miou: float
    kappa: float | None


class PersonOut(Out):
    """What one person did in the project."""

    user_id: UUID
    name: str
    labels: int
    skipped: int
    minutes: float
    median_seconds: float | None
    changed_share: float | None
    """Of their images' pixels: how much of the model's masks they changed."""
    returned_share: float | None
    """Of their labels: how many a reviewer sent back at least once."""
    hidden: StandingOut | None
    """Null without a score; one's own covers rounds that are over."""
    agreement: AgreeingOut | None
    """Null without an image in common; one's own covers rounds that are over."""


class PeopleOut(Out):
    """Everybody's figures, or the reader's own."""

    hidden_threshold: float
    """The mean score that the project asks for."""
    people: list[PersonOut]


class ClassAgreementOut(Out):
    """Agreement about one class against all others; kappa is null where chance agrees as well."""

    id: int
    name: str | None
    iou: float
    kappa: float | None


class AgreementOut(Out):
    """Agreement over all pixels that neither left void."""

    pixels: int
    miou: float
    kappa: float | None
    classes: list[ClassAgreementOut]


class PairOut(AgreementOut):
    """Two people who labelled the same images, blind to each other."""

    first: str
    second: str
    images: int


class AgreementsOut(Out):
    """All pairs taken together (null: no image has two labels yet), and each by itself."""

    overall: AgreementOut | None
    pairs: list[PairOut]


@router.get("/statistics", summary="What people did")
def statistics(who: Reader, session: SessionDep) -> PeopleOut:
    """Return each person's figures to a lead, and to everyone else their own."""
    only: UUID | None = None if who.role is Role.LEAD else who.user_id
    found = people.figures(session, who.project_id, only=only)
    return PeopleOut(
        hidden_threshold=truths.threshold(session, who.project_id),
        people=[PersonOut.model_validate(one) for one in found],
    )


@router.get("/statistics/me", summary="What you did")
def own(who: Reader, session: SessionDep) -> PersonOut:
    """Return your own figures; those of checks and agreement once their round is over."""
    return PersonOut.model_validate(people.own(session, who.project_id, who.principal.user))


@router.get("/agreement", summary="How far people agree")
def agreements(who: Lead, session: SessionDep) -> AgreementsOut:
    """Return mean IoU and Cohen's kappa over all images with several labels, and by pair."""
    names = people.class_names(session, who.project_id)
    overall = people.all_together(session, who.project_id)
    return AgreementsOut(
        overall=None if overall is None else _shape(overall, names),
        pairs=[
            PairOut(
                first=pair.first,
                second=pair.second,
                images=pair.images,
                **dict(_shape(pair.agreement, names)),
            )
            for pair in people.pairs(session, who.project_id)
        ],
    )


def _shape(found: Agreement, names: dict[int, str]) -> AgreementOut:
    return AgreementOut(
        pixels=found.pixels,
        miou=found.miou,
        kappa=found.kappa,
        classes=[
            ClassAgreementOut(id=each, name=names.get(each), iou=one.iou, kappa=one.kappa)
            for each, one in found.by_class.items()
        ],
    )
