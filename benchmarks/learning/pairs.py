"""Pairs of domains: the source, the pool that is asked about, the images measured on."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from worker.ml.data import Sample
from worker.ml.losses import IGNORE


@dataclass(frozen=True)
class Pair:
    """One pair; the labels of the pool are the simulated annotator's, and nobody else's."""

    name: str
    classes: int
    source: tuple[Sample, ...]
    pool: tuple[Sample, ...]
    test: tuple[Sample, ...]
    manifest: str  # a digest of every name and content


@dataclass(frozen=True)
class _Kind:
    folder: str
    labels: str = "labels"
    pool: str = ""  # what the pool's names begin with
    tests_on_rest: bool = False  # measure on what the pool leaves out, not on the test folder


PAIRS = {
    "driving": _Kind("driving"),
    # For every choice and search: the test folder is not read.
    "driving-dev": _Kind("driving", pool="0016E5", tests_on_rest=True),
    "driving-open": _Kind("driving", labels="labels_open"),
    "nuclei": _Kind("nuclei"),
    "scenes": _Kind("scenes"),
    "shapes": _Kind("shapes"),
}


def read_pair(data: Path, name: str) -> Pair:
    """Read the pair from `data`, laid out as {source,target,test}/{images,labels}."""
    kind = PAIRS[name]
    root = data / kind.folder
    source = _samples(root / "source", kind, "source")
    target = _samples(root / "target", kind, "target")
    pool = tuple(sample for sample in target if sample.name.startswith(kind.pool))
    if kind.tests_on_rest:
        test = tuple(sample for sample in target if sample not in pool)
    else:
        test = _samples(root / "test", kind, "target")
    everything = (*source, *pool, *test)
    return Pair(name, _classes(everything), source, pool, test, _digest(everything))


def _samples(folder: Path, kind: _Kind, domain: Literal["source", "target"]) -> tuple[Sample, ...]:
    return tuple(
        Sample(
            image.name,
            image,
            folder / kind.labels / f"{image.stem}.png",
            domain,
            _group(image.name) if domain == "target" and kind.folder == "driving" else "",
        )
        for image in sorted((folder / "images").iterdir())
    )


def _group(name: str) -> str:
    """Stretches of one drive: neighbouring frames are near duplicates."""
    sequence, frame = name[:6], re.search(r"\d{5}", name[6:])
    late = sequence == "0016E5" and frame is not None and int(frame[0]) >= 7900
    return f"{sequence}, late" if late else sequence


def _classes(samples: tuple[Sample, ...]) -> int:
    highest = 0
    for sample in samples:
        assert sample.label is not None
        ids = np.asarray(Image.open(sample.label))
        highest = max(highest, int(ids[ids != IGNORE].max(initial=0)))
    return highest + 1


def _digest(samples: tuple[Sample, ...]) -> str:
    total = hashlib.sha256()
    for sample in samples:
        assert sample.label is not None
        for part in (sample.name.encode(), sample.image.read_bytes(), sample.label.read_bytes()):
            total.update(hashlib.sha256(part).digest())
    return total.hexdigest()
