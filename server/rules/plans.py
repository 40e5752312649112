"""What a round's images cost in labels, and how many images a number of labels pays for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from server.rules.items import hidden_among


class GroupQuota(StrEnum):
    """How many of a round's images each group gives."""

    SIZE = "size"
    """In proportion to its images."""
    EQUAL = "equal"
    """As many as every other group, as far as it has them."""
    NONE = "none"
    """Whatever the strategy likes best, from wherever."""


def merged(settings: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the newer settings over the older ones.

    Of a share and a number of images for several people, which say the same thing, the newer one.
    """
    own = {**settings, **config}
    for said, other in (("overlap_share", "overlap_count"), ("overlap_count", "overlap_share")):
        if config.get(said) is not None:
            own.pop(other, None)
    return own


def people(config: Mapping[str, Any]) -> int:
    """Return how many people label an image that several label."""
    return int(config.get("overlap") or 1)


def several(images: int, config: Mapping[str, Any]) -> int:
    """Return how many of a round's images several people label, if any do."""
    count = config.get("overlap_count")
    if count is None:
        share = config.get("overlap_share")
        count = round(images * (1.0 if share is None else float(share)))
    return min(images, int(count))


def labels_of(images: int, config: Mapping[str, Any]) -> int:
    """Return how many labels the images cost: one for each person who labels each."""
    return images + several(images, config) * (people(config) - 1)


def images_for(labels: int, config: Mapping[str, Any]) -> int:
    """Return the most images whose labels are paid for by `labels`; 0: not even one is."""
    # One more image never costs less, so the costs are sorted as they stand.
    return bisect_right(range(1, labels + 1), labels, key=lambda images: labels_of(images, config))


def hidden(images: int, config: Mapping[str, Any]) -> int:
    """Return how many images with a known truth a person meets among so many of a round's."""
    share = float(config.get("hidden_share") or 0)
    return 0 if config.get("regions") else hidden_among(images, share)


def validation(images: int, *, wanted: int, has: int) -> int:
    """Return how many of a round's images are drawn for validation: half of them at most."""
    return max(0, min(wanted - has, images // 2))
