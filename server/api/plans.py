"""What a round is asked for with: how many labels, chosen how, trained how."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from server.api.schemas import In
from server.rules.items import MOST_HIDDEN, MOST_PEOPLE
from server.services import regions, rounds


class QualityIn(In):
    """How a round checks people's labels."""

    overlap: int | None = Field(default=None, ge=1, le=MOST_PEOPLE)
    """How many people label an image, blind to each other; each of their labels is paid for."""
    overlap_share: float | None = Field(default=None, ge=0, le=1)
    """Of the round's images: how many are labelled so often; left out: all of them."""
    overlap_count: int | None = Field(default=None, ge=0, le=rounds.MOST_ITEMS)
    """The same as a number."""
    hidden_share: float | None = Field(default=None, ge=0, le=MOST_HIDDEN)
    """Of each person's items: how many are images with a known truth, which nobody is told."""

    @model_validator(mode="after")
    def _check_quality(self) -> Self:
        if self.overlap_share is not None and self.overlap_count is not None:
            raise ValueError("say overlap_share or overlap_count, not both")
        return self


class RoundIn(QualityIn):
    """A round to make."""

    k: int | None = Field(default=None, ge=1, le=rounds.MOST_ITEMS)
    """Images to ask about; or `percent`, or `whole_budget`: one of the three."""
    percent: float | None = Field(default=None, gt=0, le=100)
    """Of all the target's images in the pool, labelled ones included."""
    whole_budget: bool = False
    """As many as the budget pays for, every label of an image that several people label counted."""
    strategy: Literal[
        "entropy", "random", "margin", "least_confident",
        "region_impurity", "class_balanced", "entropy_per_cost", "bald", "core_set",
    ] = "entropy"  # fmt: skip
    group_quota: Literal["size", "equal", "none"] | None = None
    """How many images each group of the pool gives: by its size, as many as every other, or
    whatever the strategy likes best. Left out: the project's own, else by size."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    recipe: Literal["stal", "supervised"] | None = None
    steps: int | None = Field(default=None, ge=1, le=1_000_000)
    initial: Literal["continue", "backbone"] | None = None
    source: Literal["keep", "drop"] | None = None
    regions: int | None = Field(default=None, ge=1, le=regions.MOST)
    """Ask for so many windows of each image in place of all of it; the rest stays void."""
    blank_share: float | None = Field(default=None, ge=0, le=0.5)
    """The share of the images that people begin without the model's mask."""
    validation_labels: int | None = Field(default=None, ge=0, le=rounds.MOST_ITEMS)
    """Validation labels that the project is to have: what it lacks of them is drawn at random from
    the pool and asked for in place of up to half of the round's images."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [self.k is not None, self.percent is not None, self.whole_budget].count(True) != 1:
            raise ValueError("a round asks for one of k, percent and whole_budget")
        if self.source == "drop" and self.initial == "backbone":
            raise ValueError("without the source, only the last model is there to start from")
        if self.regions is not None and self.strategy == "core_set":
            raise ValueError("core_set compares whole images; it has no regions")
        if self.regions is not None and self.hidden_share:
            raise ValueError("known truths are of whole images: no hidden_share with regions")
        return self

    def plan(self) -> dict[str, Any]:
        """Return how many labels are asked for, as it was said."""
        said = {"k": self.k, "percent": self.percent, "whole_budget": self.whole_budget}
        return {name: value for name, value in said.items() if value}

    def config(self) -> dict[str, Any]:
        """Return what overrides the project's settings."""
        own = {"recipe", "steps", "initial", "source", "regions", "blank_share", "group_quota"}
        own |= {"validation_labels", *QualityIn.model_fields}
        return self.model_dump(include=own, exclude_none=True)
