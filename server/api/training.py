"""The training settings that a project may set: names and ranges as in `StageConfig`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator

from server.api.schemas import In
from server.rules.items import MOST_HIDDEN, MOST_PEOPLE

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Batch = Annotated[int, Field(ge=1, le=256)]
Weight = Annotated[float, Field(ge=0, le=1000)]
Factor = Annotated[float, Field(gt=0, le=16)]


def _low_to_high(scale: tuple[float, float]) -> tuple[float, float]:
    if scale[0] > scale[1]:
        raise ValueError("a range goes from low to high")
    return scale


Side = Annotated[int, Field(json_schema_extra={"minimum": 64, "maximum": 4096})]
"""Of a crop, which is checked as a whole."""
Range = Annotated[tuple[Factor, Factor], AfterValidator(_low_to_high)]


NetworkName = Literal[
    "efficientnet_lite0",
    "mobilenet_v3_large",
    "resnet50",
    "resnet101",
    "pvt_v2_b0",
    "dinov2_small",
]
Rate = Annotated[int, Field(ge=1, le=64)]


class NetworkIn(In):
    """A network with more than its name said: names and ranges as in `NetworkConfig`."""

    name: NetworkName = "efficientnet_lite0"
    head: Literal["light", "deeplab_v2", "deeplab_v3_plus"] = "light"
    output_stride: Literal[8, 16] | None = None
    multi_grid: tuple[Rate, Rate, Rate] = (1, 1, 1)
    pretrained: bool = True
    embedding: int = Field(default=64, ge=1, le=1024)
    decoder: int = Field(default=128, ge=8, le=1024)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    auxiliary: bool = False


# A refusal names the field; which of both forms was meant is no part of its name.
Network = Annotated[
    Annotated[NetworkName, Tag("~name")] | Annotated[NetworkIn, Tag("~options")],
    Discriminator(lambda given: "~name" if isinstance(given, str) else "~options"),
]


class SettingsIn(In):
    """What every round of the project starts from; null sets a value back to its default."""

    recipe: Literal["stal", "supervised"] | None = None
    network: Network | None = None
    source: Literal["keep", "drop"] | None = None
    """`drop` is source-free: the source trains the first model and no other."""
    group_quota: Literal["size", "equal", "none"] | None = None
    """How many of a round's images each group gives: by its size unless said."""
    lease_seconds: int | None = Field(default=None, ge=60, le=8 * 3600)
    """How long a person holds an item without a sign of life."""
    validation_labels: int | None = Field(default=None, ge=0, le=10_000)
    """Validation labels that rounds draw at random from the pool until there are so many."""
    overlap: int | None = Field(default=None, ge=1, le=MOST_PEOPLE)
    """How many people label an image, blind to each other."""
    overlap_share: Share | None = None
    """Of a round's images: how many are labelled so often; all of them unless said."""
    hidden_share: float | None = Field(default=None, ge=0, le=MOST_HIDDEN)
    """Of each person's items: how many have a known truth, which nobody is told."""
    hidden_threshold: float | None = Field(default=None, ge=0, le=0.95)
    """The mean score against the truth below which a person is flagged."""

    steps: Count | None = None
    crop: tuple[Side, Side] | None = None
    """Height and width."""
    max_side: int | None = Field(default=None, ge=64, le=16_384)
    batch_labelled: Batch | None = None
    batch_unlabelled: int | None = Field(default=None, ge=0, le=256)
    source_share: Share | None = None

    optimiser: Literal["adamw", "sgd"] | None = None
    lr: float | None = Field(default=None, gt=0, le=10)
    head_lr_factor: float | None = Field(default=None, gt=0, le=1000)
    weight_decay: Weight | None = None
    poly_power: float | None = Field(default=None, ge=0, le=10)
    ema: Share | None = None

    supervised: Literal["ce", "ohem"] | None = None
    ohem_threshold: Share | None = None
    ohem_kept: Share | None = None
    auxiliary_weight: Weight | None = None
    lambda_u: Weight | None = None
    lambda_c: Weight | None = None
    entropy_filter: Literal["drop_high", "none"] | None = None
    alpha0: float | None = Field(default=None, ge=0, lt=1)
    pseudo_confidence: Share | None = None
    pseudo_mean: Literal["kept", "valid"] | None = None
    pseudo_weight: Literal["equal", "confidence", "confidence_and_class"] | None = None
    unlabelled_start: Share | None = None
    contrastive_start: Share | None = None
    temperature: float | None = Field(default=None, gt=0, le=100)
    anchors: Count | None = None
    negatives: Count | None = None
    anchor_confidence: Share | None = None
    low_rank: Batch | None = None
    bank: Count | None = None
    bank_push: Count | None = None

    confidence_momentum: Share | None = None
    class_temperature: float | None = Field(default=None, gt=0, le=100)

    copy_paste: Share | None = None
    copy_paste_classes: Batch | None = None
    copy_paste_scale: Range | None = None
    cutmix: bool | None = None
    scale: Range | None = None
    flip: Share | None = None
    jitter: float | None = Field(default=None, ge=0, le=2)
    colour_transfer: Share | None = None
    invert: Share | None = None

    @field_validator("crop")
    @classmethod
    def _check_crop(cls, crop: tuple[int, int] | None) -> tuple[int, int] | None:
        # The networks reduce by 32, and a crop of one cell leaves batch normalisation nothing.
        if crop is not None and any(side < 64 or side % 32 or side > 4096 for side in crop):
            raise ValueError("the sides of a crop are multiples of 32 from 64 to 4096")
        return crop
