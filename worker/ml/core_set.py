"""Core-set diversity: the images that lie farthest from all that is labelled or chosen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from worker.ml.acquisition import Choice, group_quotas, quota_groups, share_of
from worker.ml.data import Sample
from worker.ml.inference import ahead, decode, one_image
from worker.ml.models import Model


@dataclass(frozen=True)
class Placed:
    """An image and where it lies: the unit vector of its pooled features."""

    name: str
    group: str
    place: np.ndarray  # (D,) float64


def place_images(model: Model, samples: Iterable[Sample], *, threads: int = 1) -> Iterator[Placed]:
    """The mean of what the classifier reads, over the whole image, as a unit vector."""
    torch.set_num_threads(threads)

    def read(sample: Sample) -> tuple[Sample, np.ndarray]:
        return sample, decode(sample, model.config.max_side)

    for sample, image in ahead(read, samples):
        with torch.inference_mode():
            seen = one_image(image, device=model.device)
            feature = model.network(seen, embed=False).feature
            mean = feature.double().mean(dim=(2, 3))[0].cpu().numpy()
        yield Placed(sample.name, sample.group, mean / max(float(np.linalg.norm(mean)), 1e-12))


def k_centres(
    pool: Sequence[Placed], labelled: Sequence[Placed], k: int, *, group_quota: str = "size"
) -> list[Choice]:
    """K images, each the one farthest from its nearest among the labelled and those before it.

    Greedy k-centres (Sener & Savarese 2018, arXiv:1708.00489). The distance is (1 - cosine) / 2,
    in [0, 1], and the choice's score. Ties by name. A group with its quota full gives no more.
    Without a labelled image the first choice is the one nearest to the mean of the pool.

    Raises:
        ValueError: If K is above the number of candidates.
    """
    if not 0 <= k <= len(pool):
        raise ValueError(f"asks for {k} images, the pool has {len(pool)}")
    pool = sorted(pool, key=lambda each: each.name)
    groups = quota_groups([each.group for each in pool], group_quota)
    left = group_quotas(Counter(groups), k, group_quota)
    shares = dict(left)
    if k == 0:
        return []
    places = np.stack([each.place for each in pool])
    known = np.stack([each.place for each in labelled]) if labelled else None
    distance = _distances(places, known).min(axis=1) if known is not None else _typical(places)
    free = np.ones(len(pool), bool)
    chosen: list[Choice] = []
    while len(chosen) < k:
        allowed = free & np.array([left[group] > 0 for group in groups])
        best = int(np.where(allowed, distance.round(9), -np.inf).argmax())
        score = float(distance[best])
        free[best] = False
        left[groups[best]] -= 1
        reason = f"core_set {score:.4f} from what is labelled or chosen"
        reason += share_of(groups[best], shares, k)
        chosen.append(Choice(pool[best].name, score, len(chosen) + 1, reason))
        nearest = _distances(places, places[best : best + 1])[:, 0]
        first = known is None and len(chosen) == 1  # nothing was near anything before
        distance = nearest if first else np.minimum(distance, nearest)
    return chosen


def _distances(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(N, D) and (M, D) unit vectors to (N, M) in [0, 1]."""
    return np.asarray(np.clip((1 - places @ others.T) / 2, 0, 1))


def _typical(places: np.ndarray) -> np.ndarray:
    """(N,): the nearer to the mean, the higher; in [0, 1]."""
    mean = places.mean(axis=0, keepdims=True)
    return 1 - _distances(places, mean / max(float(np.linalg.norm(mean)), 1e-12))[:, 0]
