"""Published settings by name: which data sets, which classes, which budgets, which training.

The numbers are those of arXiv:2301.13361 and its code's configuration, where they mean something
here; what differs, and why, stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TARGET_IMAGES = 2975
"""Of Cityscapes' train part; the budgets are 1, 2.2 and 5 % of them."""

_CITYSCAPES = (
    ("road", "#804080"), ("sidewalk", "#f423e8"), ("building", "#464646"), ("wall", "#66669c"),
    ("fence", "#be9999"), ("pole", "#999999"), ("traffic light", "#faaa1e"),
    ("traffic sign", "#dcdc00"), ("vegetation", "#6b8e23"), ("terrain", "#98fb98"),
    ("sky", "#4682b4"), ("person", "#dc143c"), ("rider", "#ff0000"), ("car", "#00008e"),
    ("truck", "#000046"), ("bus", "#003c64"), ("train", "#005064"), ("motorcycle", "#0000e6"),
    ("bicycle", "#770b20"),
)  # fmt: skip
"""In the order of the train ids, with the colours of cityscapesScripts."""

NOT_IN_SYNTHIA = frozenset({"terrain", "truck", "train"})

_NETWORK = {
    "name": "resnet101",
    "head": "deeplab_v3_plus",
    "output_stride": 8,
    "multi_grid": [1, 2, 4],
    "embedding": 256,
    "decoder": 256,
    "dropout": 0.1,
    "auxiliary": True,
}

_SETTINGS: Mapping[str, Any] = {
    "recipe": "stal",
    "network": _NETWORK,
    "steps": 100_000,  # "about 100K iterations"
    "crop": (768, 768),  # the published 769 is for resizing by corners; ours are multiples of 32
    "max_side": 2048,
    "scale": (0.5, 2.0),
    "flip": 0.5,
    "jitter": 0.0,
    "colour_transfer": 0.0,
    "invert": 0.0,
    "batch_labelled": 4,
    "batch_unlabelled": 2,  # one and its CutMix donor; ours learns from both mixtures
    "source_share": 0.4,  # 2,000 source images beside 2,945 repeated target ones
    "optimiser": "sgd",
    "lr": 2.5e-3,
    "head_lr_factor": 10.0,
    "weight_decay": 1e-4,
    "poly_power": 0.9,
    "ema": 0.99,
    "supervised": "ohem",
    "ohem_threshold": 0.7,
    "ohem_kept": 0.0424,  # 100,000 pixels of four crops
    "auxiliary_weight": 0.4,
    "lambda_u": 1.0,
    "lambda_c": 0.1,
    "entropy_filter": "drop_high",
    "alpha0": 0.2,
    "pseudo_confidence": 0.0,
    "pseudo_mean": "kept",
    "contrastive_start": 0.1,
    "temperature": 0.5,
    "anchors": 256,
    "negatives": 50,
    "anchor_confidence": 0.3,
    "low_rank": 3,
    "bank": 30_000,
    "confidence_momentum": 0.999,
    "class_temperature": 1.0,
    "copy_paste": 0.5,
    "copy_paste_classes": 3,
    "copy_paste_scale": (0.1, 2.0),
    "cutmix": True,
}


@dataclass(frozen=True)
class Preset:
    """A pair of data sets and how the published experiment trains on it."""

    name: str
    title: str
    source: str
    """The layout of the source's folder."""
    target: str
    classes: tuple[int, ...]
    """Train ids."""
    budgets: tuple[int, ...] = (30, 65, 150)
    """Target images labelled in all after the first round, and after the second: two choices."""
    first_strategy: str = "random"
    strategy: str = "entropy"
    initial: str = "backbone"
    """Each training starts from the backbone's own weights, as published."""

    @property
    def class_list(self) -> list[dict[str, Any]]:
        """The project's classes."""
        names = [_CITYSCAPES[train_id] for train_id in self.classes]
        return [
            {"id": train_id, "name": name, "colour": colour}
            for train_id, (name, colour) in zip(self.classes, names, strict=True)
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """The project's training settings."""
        return {**_SETTINGS, "network": dict(_NETWORK)}


_ALL = tuple(range(len(_CITYSCAPES)))
_SHARED = tuple(n for n in _ALL if _CITYSCAPES[n][0] not in NOT_IN_SYNTHIA)

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("gtav-cityscapes", "GTAV to Cityscapes, 19 classes", "gtav", "cityscapes", _ALL),
        Preset(
            "synthia-cityscapes",
            "SYNTHIA to Cityscapes, the 16 classes that both have",
            "synthia",
            "cityscapes",
            _SHARED,
        ),
        Preset(
            "synthia-cityscapes-open",
            "SYNTHIA to Cityscapes, 19 classes, three of them in the target alone (open set)",
            "synthia",
            "cityscapes",
            _ALL,
        ),
    )
}
