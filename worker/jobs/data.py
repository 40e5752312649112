"""From rows and blobs to what `worker.ml` takes: samples with paths, model folders, settings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from server.db.models import ClassList, Model, Round
from server.rules.images import VOID, Domain
from server.rules.plans import GroupQuota
from server.rules.rounds import PEOPLES_PART
from server.services.candidates import Labelled, Unlabelled
from server.settings import Settings
from server.storage.base import BlobStore
from worker.context import GiveUp
from worker.ml.config import StageConfig
from worker.ml.data import Sample, StageData


class BadSettings(GiveUp):
    """The round's settings are not ones that a training takes."""


def class_count(class_list: ClassList) -> int:
    """Return how many outputs a network needs: ids may have gaps, so it is the largest plus one."""
    return max(int(entry["id"]) for entry in class_list.classes) + 1


def class_ids(class_list: ClassList) -> list[int]:
    """Return the ids that masks may hold, void left out."""
    return [int(entry["id"]) for entry in class_list.classes if int(entry["id"]) != VOID]


def labelled_samples(blobs: BlobStore, rows: Iterable[Labelled]) -> tuple[Sample, ...]:
    """Return training or test samples with the blobs' own paths."""
    return tuple(
        Sample(
            name=row.name,
            image=blobs.local_path(row.image_sha256),
            label=blobs.local_path(row.mask_sha256),
            domain=row.domain.value,
            group=row.group,
            image_sha256=row.image_sha256,
            label_sha256=row.mask_sha256,
        )
        for row in rows
    )


def unlabelled_samples(blobs: BlobStore, rows: Iterable[Unlabelled]) -> tuple[Sample, ...]:
    """Return target samples without labels."""
    return tuple(
        Sample(
            name=row.name,
            image=blobs.local_path(row.image_sha256),
            label=None,
            domain=Domain.TARGET.value,
            group=row.group,
            image_sha256=row.image_sha256,
        )
        for row in rows
    )


def stage_data(
    blobs: BlobStore, labelled: list[Labelled], unlabelled: list[Unlabelled]
) -> StageData:
    """Return what a stage trains on."""
    return StageData(
        source=labelled_samples(blobs, (row for row in labelled if row.domain is Domain.SOURCE)),
        labelled=labelled_samples(blobs, (row for row in labelled if row.domain is Domain.TARGET)),
        unlabelled=unlabelled_samples(blobs, unlabelled),
    )


def snapshot(labelled: list[Labelled], unlabelled: list[Unlabelled]) -> bytes:
    """Return the frozen list of images and mask revisions as canonical JSON."""
    rows = {
        "labelled": [asdict(row) for row in labelled],
        "unlabelled": [
            {"name": row.name, "group": row.group, "image_sha256": row.image_sha256}
            for row in unlabelled
        ],
    }
    return json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()


def model_folder(blobs: BlobStore, model: Model, folder: Path) -> Path:
    """Lay the model's blobs out in `folder` under their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sha256 in model.files.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(blobs.local_path(sha256))
    return folder


def keep_model(blobs: BlobStore, folder: Path) -> dict[str, str]:
    """Put the files of a finished model into the store; return name -> SHA-256."""
    return {path.name: blobs.put_file(path) for path in sorted(folder.iterdir())}


def threads(settings: Settings) -> int:
    """Return torch's thread count: as set, else one core less than there are.

    A second busy thread on the last core makes libgomp's spinning slow every step down.
    """
    return settings.threads or max(1, (os.cpu_count() or 2) - 1)


def stage_config(
    round_: Round, class_list: ClassList, *, retrain: bool, settings: Settings
) -> StageConfig:
    """Return the stage's settings: the round's own over the defaults.

    Raises:
        BadSettings: An option that does not exist, or a value that it does not take.
    """
    options: dict[str, Any] = {
        key: value for key, value in round_.config.items() if key not in _NOT_OF_A_STAGE
    }
    network = {"classes": class_count(class_list), **_network(options.pop("network", None))}
    seed = round_.seed * 1000 + 2 * round_.number + int(retrain)
    if drops_source(round_) and not retrain:
        options["recipe"] = "supervised"  # the published start: a model of the source alone
    values = {
        "threads": threads(settings),
        "checkpoint_seconds": settings.checkpoint_seconds,
        "device": settings.device,
        **options,
        "seed": seed,
        "network": network,
    }
    try:
        return StageConfig.from_dict(values)
    except (TypeError, ValueError) as error:
        raise BadSettings(f"The round's settings are refused: {error}") from error


_NOT_OF_A_STAGE = frozenset(
    {"group_quota", "initial", "lease_seconds", "regions", "source", *PEOPLES_PART}
)


def group_quota(round_: Round) -> str:
    """Return how many of the round's images each group gives."""
    return str(round_.config.get("group_quota") or GroupQuota.SIZE)


def regions(round_: Round) -> int:
    """Return how many windows of each image the round asks for; 0 is the whole image."""
    return int(round_.config.get("regions") or 0)


def drops_source(round_: Round) -> bool:
    """Whether the round is source-free: the source trains the first model and is then left out."""
    return bool(round_.config.get("source", "keep") == "drop")


def of_stage(round_: Round, labelled: list[Labelled], *, retrain: bool) -> list[Labelled]:
    """Return what the stage may learn from: source-free, a retraining has no source."""
    if retrain and drops_source(round_):
        return [row for row in labelled if row.domain is Domain.TARGET]
    return labelled


def starts_fresh(round_: Round) -> bool:
    """Whether the retraining starts from the backbone's own weights, not from the last teacher.

    Source-free, the last teacher is all that is left of the source.
    """
    return not drops_source(round_) and bool(round_.config.get("initial", "continue") == "backbone")


def _network(value: str | Mapping[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {}
    return {"name": value} if isinstance(value, str) else dict(value)
