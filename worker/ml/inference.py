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


def one_image(image: np.ndarray, *, device: str = "cpu") -> Tensor:
    """(H, W, 3) as the (1, 3, H, W) that a network takes."""
    return images_tensor(image[None]).to(device)


def labels_at(logits: Tensor, size: tuple[int, int]) -> np.ndarray:
    """Class ids (H, W) uint8 from one image's logits (1, C, h, w), resized to `size` first.

    Class by class, so that a large image with many classes never stands in memory as floats.
    """
    best = torch.full(size, -torch.inf, device=logits.device)
    ids = torch.zeros(size, dtype=torch.uint8, device=logits.device)
    for label in range(logits.shape[1]):
        each = F.interpolate(
            logits[:, label : label + 1], size, mode="bilinear", align_corners=False
        )[0, 0]
        ids[each > best] = label
        best = torch.maximum(best, each)
    return ids.cpu().numpy()
