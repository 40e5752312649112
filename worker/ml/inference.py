"""Running a model over images one by one: decoding some ahead, memory that does not grow."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.data import Sample, read_image
from worker.ml.recipes.base import images_tensor

T = TypeVar("T")
R = TypeVar("R")


def ahead(work: Callable[[T], R], items: Iterable[T], *, depth: int = 3) -> Iterator[R]:
    """`map` by one thread, in order, at most `depth` results ahead of the reader."""
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="decode") as thread:
        try:
            for item in items:
                waiting.append(thread.submit(work, item))
                if len(waiting) > depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def decode(sample: Sample, max_side: int) -> np.ndarray:
    """(H, W, 3) uint8."""
    return np.array(read_image(sample, max_side=max_side))


def one_image(image: np.ndarray, *, device: str | torch.device = "cpu") -> Tensor:
    """(H, W, 3) as the (1, 3, H, W) that a network takes."""
    return images_tensor(image[None]).to(device)


def labels_at(logits: Tensor, size: tuple[int, int]) -> np.ndarray:
    """Class ids (H, W) uint8 from one image's logits (1, C, h, w), resized to `size` first."""
    best = torch.full(size, -torch.inf, device=logits.device)
    ids = torch.zeros(size, dtype=torch.uint8, device=logits.device)
    for label, each in enumerate(_class_by_class(logits, size)):
        ids[each > best] = label
        best = torch.maximum(best, each)
    return ids.cpu().numpy()


def confidence_at(logits: Tensor, size: tuple[int, int], *, every: int) -> np.ndarray:
    """The likeliest class's softmax, float32, at every `every`-th pixel each way of `size`."""
    best: Tensor | None = None
    total: Tensor | None = None
    for whole in _class_by_class(logits, size):
        each = whole[::every, ::every].float()
        best = each if best is None else torch.maximum(best, each)
        total = each if total is None else torch.logaddexp(total, each)
    assert best is not None
    assert total is not None
    return (best - total).exp().cpu().numpy()


def _class_by_class(logits: Tensor, size: tuple[int, int]) -> Iterator[Tensor]:
    """Each class's logits (H, W), resized one after the other.

    So a large image with many classes never stands in memory as floats.
    """
    for label in range(logits.shape[1]):
        one = logits[:, label : label + 1]
        yield F.interpolate(one, size, mode="bilinear", align_corners=False)[0, 0]
