"""Manifests: what a selection was made from, and whether making it again gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from server import __version__
from server.db.models import Model, Round
from server.services.queues import Chosen

SELECTION = ("candidates", "chosen", "regions", "validation")
"""The parts of a manifest that a replay makes again; the others say what it is made from."""


def make(
    round_: Round,
    model: Model,
    choices: Sequence[Chosen],
    candidates: Sequence[tuple[str, float]],
    groups: Mapping[str, str],
) -> dict[str, Any]:
    """Return all that a replay of the selection needs, and its own hash.

    It names images by name and everything else by hash, never by id, so that the same data,
    seed and code give the same bytes in another database too.
    """
    manifest: dict[str, Any] = {
        "round": round_.number,
        "seed": round_.seed,
        "strategy": round_.strategy,
        "k": round_.k,
        "code_version": __version__,
        "configuration_hash": sha256(round_.config),
        "snapshot_hash": model.snapshot_sha256,
        "model_hash": sha256(dict(sorted(model.files.items()))),
        "groups": dict(sorted(groups.items())),
        **selection(choices, candidates),
    }
    return {**manifest, "sha256": sha256(manifest)}


def selection(choices: Sequence[Chosen], candidates: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Return the part of a manifest that tells what was chosen of what."""
    made: dict[str, Any] = {
        "candidates": [list(candidate) for candidate in sorted(candidates)],
        "chosen": [
            {"name": each.name, "score": each.score, "rank": each.rank, "reason": each.reason}
            for each in sorted(choices, key=lambda each: each.rank)
        ],
    }
    if any(each.regions for each in choices):
        made["regions"] = {each.name: [list(box) for box in each.regions] for each in choices}
    if measured_on := [each.name for each in choices if each.for_validation]:
        made["validation"] = sorted(measured_on)
    return made


def selection_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return that part of a manifest."""
    return {part: manifest[part] for part in SELECTION if part in manifest}


def changes(manifest: Mapping[str, Any], round_: Round, model: Model) -> list[str]:
    """Return what is not as the manifest says, in words; nothing, if all of it is."""
    own = {part: value for part, value in manifest.items() if part != "sha256"}
    pairs = {
        "the manifest": (manifest["sha256"], sha256(own)),
        "the round's settings": (manifest["configuration_hash"], sha256(round_.config)),
        "the model": (manifest["model_hash"], sha256(dict(sorted(model.files.items())))),
    }
    return [
        f"{what}: changed since the selection" for what, (was, now) in pairs.items() if was != now
    ]


def sha256(value: object) -> str:
    """Return the hash of a value's one way to be written as JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: object) -> bytes:
    """Return the bytes that the hash is of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
