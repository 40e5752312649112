"""Batches of arrays by threads, some steps ahead, always in the plans' order."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

from worker.ml.augment.copy_paste import copy_paste
from worker.ml.augment.photometric import invert, jitter, transfer_colours
from worker.ml.augment.weak import weak_view
from worker.ml.config import StageConfig
from worker.ml.data import Sample, StageData, read_image, read_pair
from worker.ml.sampling import Plan, Pool, Slot, generator


@dataclass(frozen=True)
class Batch:
    """One step's crops: images (n, H, W, 3) and labels (n, H, W), uint8."""

    plan: Plan
    labelled: np.ndarray
    labels: np.ndarray
    weak: np.ndarray  # the teacher's view of the unlabelled crops
    strong: np.ndarray  # the student's view of the same crops
    valid: np.ndarray  # (n, H, W) bool, False on padding


class Loader:
    """Decodes what plans ask for. No torch in here: it would fight the training for cores."""

    def __init__(
        self,
        config: StageConfig,
        data: StageData,
        plans: Iterable[Plan],
        *,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self._config = config
        self._data = data
        self._share = share
        self._threads = ThreadPoolExecutor(config.loader_threads, thread_name_prefix="loader")
        self._waiting: deque[tuple[Plan, Future[Batch]]] = deque()
        for plan in plans:
            self.ask(plan)

    def ask(self, plan: Plan) -> None:
        job = self._threads.submit(make_batch, plan, self._config, self._data, share=self._share)
        self._waiting.append((plan, job))

    def next(self) -> Batch:
        return self._waiting.popleft()[1].result()

    @property
    def pending(self) -> list[Plan]:
        """Plans asked for and not yet taken, oldest first."""
        return [plan for plan, _ in self._waiting]

    @property
    def futures(self) -> list[Future[Batch]]:
        """The batches asked for and not yet taken, oldest first."""
        return [job for _, job in self._waiting]

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)


def make_batch(
    plan: Plan, config: StageConfig, data: StageData, *, share: tuple[int, int] = (0, 1)
) -> Batch:
    """Every crop has a generator of its own, so order and thread count change nothing.

    A share of (1, 3) is the places 1, 4, 7 and so on of the plan.
    """
    first, every = share
    labelled = [
        _labelled_crop(slot, plan, config, data, generator(config.seed, 5, plan.step, place))
        for place, slot in islice(enumerate(plan.labelled), first, None, every)
    ]
    unlabelled = [
        _unlabelled_crop(data.unlabelled[i], config, generator(config.seed, 6, plan.step, place))
        for place, i in islice(enumerate(plan.unlabelled), first, None, every)
    ]
    empty = np.zeros((0, *config.crop, 3), np.uint8)
    return Batch(
        plan=plan,
        labelled=np.stack([image for image, _ in labelled]),
        labels=np.stack([labels for _, labels in labelled]),
        weak=np.stack([weak for weak, _, _ in unlabelled]) if unlabelled else empty,
        strong=np.stack([strong for _, strong, _ in unlabelled]) if unlabelled else empty,
        valid=np.stack([valid for *_, valid in unlabelled]) if unlabelled else empty[..., 0] > 0,
    )


def _labelled_crop(
    slot: Slot, plan: Plan, config: StageConfig, data: StageData, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    like = None
    if slot.like is not None:
        like = read_image(data.unlabelled[slot.like], max_side=config.max_side)
    image, labels = _view(slot.pool, slot.index, config, data, like, config.scale, rng)
    if slot.paste is None:
        return image, labels
    pool, index = slot.paste
    onto = _view(pool, index, config, data, like, config.copy_paste_scale, rng)
    return copy_paste(image, labels, *onto, plan.paste_classes)


def _view(
    pool: Pool,
    index: int,
    config: StageConfig,
    data: StageData,
    like: Image.Image | None,
    scale: tuple[float, float],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    sample = (data.source if pool == "source" else data.labelled)[index]
    pair = read_pair(sample, classes=config.network.classes, max_side=config.max_side)
    image, labels = weak_view(*pair, crop=config.crop, scale=scale, flip=config.flip, rng=rng)
    if pool == "source":
        if rng.random() < config.invert:
            image = invert(image)
        if like is not None:
            image = transfer_colours(image, like)
    return jitter(image, strength=config.jitter / 2, rng=rng), labels


def _unlabelled_crop(
    sample: Sample, config: StageConfig, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    image = read_image(sample, max_side=config.max_side)
    weak, ids = weak_view(
        image, None, crop=config.crop, scale=config.scale, flip=config.flip, rng=rng
    )
    return weak, jitter(weak, strength=config.jitter, rng=rng), ids == 0
