"""Which images a step sees: a plan that depends on seed, step and class chances alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from worker.ml.config import StageConfig

Pool = Literal["source", "labelled"]


def generator(*key: int) -> np.random.Generator:
    """A stateless generator: the same key, the same draws, whatever was drawn before."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(key))))


@dataclass(frozen=True)
class Slot:
    """One labelled crop: its image, what is pasted onto it, whose colours it takes."""

    pool: Pool
    index: int
    paste: tuple[Pool, int] | None = None
    like: int | None = None  # an unlabelled image


@dataclass(frozen=True)
class Plan:
    """All that one step reads; small, and part of a checkpoint while it waits its turn."""

    step: int
    labelled: tuple[Slot, ...]
    paste_classes: tuple[int, ...]
    unlabelled: tuple[int, ...]
    cutmix_classes: tuple[int, ...]  # per unlabelled crop, the class of the patch it receives

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        slots = tuple(
            Slot(s["pool"], s["index"], tuple(s["paste"]) if s["paste"] else None, s["like"])
            for s in values["labelled"]
        )
        rest = ("paste_classes", "unlabelled", "cutmix_classes")
        return cls(values["step"], slots, *(tuple(values[name]) for name in rest))


def in_turn(count: int, position: int, *, seed: int, stream: int) -> int:
    """The image at `position` of an endless shuffle: every image once per epoch of `count`."""
    epoch, place = divmod(position, count)
    return int(generator(seed, stream, epoch).permutation(count)[place])


def share_of_source(config: StageConfig, *, source: int, labelled: int) -> float:
    """The configured share where both pools have images, else all of the one that has."""
    if source and labelled:
        return config.source_share
    return 1.0 if source else 0.0


@dataclass(frozen=True)
class Pools:
    """How many images each pool has."""

    source: int
    labelled: int
    unlabelled: int


def plan_step(
    step: int,
    config: StageConfig,
    pools: Pools,
    *,
    chances: np.ndarray,  # (C,) of drawing each class
    shown: np.ndarray,  # (unlabelled, C) bool
) -> Plan:
    """Draw one step's images and classes."""
    rng = generator(config.seed, 1, step)
    slots = _labelled_slots(step, config, pools, rng)
    paste = rng.choice(len(chances), config.copy_paste_classes, p=chances)
    count = config.batch_unlabelled if pools.unlabelled else 0
    patches = rng.choice(len(chances), count, p=chances)
    images = _unlabelled_images(step, count, patches, shown, config.seed, rng)
    return Plan(
        step=step,
        labelled=slots,
        paste_classes=tuple(sorted({int(c) for c in paste})),
        unlabelled=images,
        cutmix_classes=tuple(int(c) for c in patches),
    )


def donor(place: int, count: int) -> int:
    """The crop of the batch from which crop `place` receives its CutMix patch."""
    return (place + count // 2) % count


def _labelled_slots(
    step: int, config: StageConfig, pools: Pools, rng: np.random.Generator
) -> tuple[Slot, ...]:
    share = share_of_source(config, source=pools.source, labelled=pools.labelled)
    slots = []
    for position in range(step * config.batch_labelled, (step + 1) * config.batch_labelled):
        # Positions are dealt evenly: `before` of the earlier ones went to the source.
        before = int(position * share)
        from_source = int((position + 1) * share) > before
        pool: Pool = "source" if from_source else "labelled"
        turn = before if from_source else position - before
        count, stream = (pools.source, 2) if from_source else (pools.labelled, 3)
        index = in_turn(count, turn, seed=config.seed, stream=stream)
        paste = _paste(share, pools, rng) if rng.random() < config.copy_paste else None
        takes = from_source and pools.unlabelled and rng.random() < config.colour_transfer
        like = int(rng.integers(pools.unlabelled)) if takes else None
        slots.append(Slot(pool, index, paste, like))
    return tuple(slots)


def _paste(share: float, pools: Pools, rng: np.random.Generator) -> tuple[Pool, int]:
    if rng.random() < share:
        return "source", int(rng.integers(pools.source))
    return "labelled", int(rng.integers(pools.labelled))


def _unlabelled_images(
    step: int,
    count: int,
    patches: Sequence[int] | np.ndarray,
    shown: np.ndarray,
    seed: int,
    rng: np.random.Generator,
) -> tuple[int, ...]:
    """The first half goes through the pool in turn; the second shows the first half's patches.

    Each image is a base and a donor at once, so that the teacher looks at every image only once.
    """
    by_turn = count - count // 2
    images = [
        in_turn(len(shown), step * by_turn + place, seed=seed, stream=4) for place in range(by_turn)
    ]
    for place in range(by_turn, count):
        receiver = next(p for p in range(count) if donor(p, count) == place)
        showing = np.flatnonzero(shown[:, patches[receiver]])
        images.append(int(rng.choice(showing) if len(showing) else rng.integers(len(shown))))
    return tuple(images)
