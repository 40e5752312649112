"""The formats that data comes in and goes out as."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from server.api.gates import SignedIn
from server.api.schemas import Out
from server.formats import catalogue
from server.formats.layouts import LAYOUTS
from server.services import exports
from server.services.access import Principal

router = APIRouter(tags=["formats"])


class FormatsOut(Out):
    """Names, as imports and exports take them."""

    reads: list[str]
    documents: list[str]
    """Those of `reads` that are one file for all images."""
    layouts: list[str]
    """Published data sets whose folders are known."""
    writes: list[str]


@router.get("/formats", summary="What data comes in and goes out as")
def listed(_: Annotated[Principal, Depends(SignedIn())]) -> FormatsOut:
    """Return the names of all formats."""
    return FormatsOut(
        reads=list(catalogue.READS),
        documents=list(catalogue.DOCUMENTS),
        layouts=list(LAYOUTS),
        writes=list(exports.FORMATS),
    )
