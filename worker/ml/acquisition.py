"""Which images to ask people about: score -> reduce -> rank, one image at a time."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.data import Sample, image_size
from worker.ml.inference import ahead, decode, labels_at, one_image
from worker.ml.models import Model, load_model
from worker.ml.networks import DeepLab
from worker.ml.passes import logits_of, pick_device
from worker.ml.regions import Box, best_windows, boxes_of, random_map
from worker.ml.score_maps import MAPS, bald_map, dropout_logits, entropy_map


@dataclass(frozen=True)
class ImageScore:
    """How much an image is worth asking about, in [0, 1]."""

    name: str
    score: float
    group: str


@dataclass(frozen=True)
class Choice:
    """One chosen image, its place, and why it was chosen."""

    name: str
    score: float
    rank: int  # from 1
    reason: str


@dataclass(frozen=True)
class Prediction:
    """What a person starts from."""

    labels: np.ndarray  # (H, W) uint8 class ids, at the image's own size
    uncertainty: np.ndarray  # (ceil(H / 4), ceil(W / 4)) uint8, 255 is least sure
    second: np.ndarray  # of the same size: each cell's second most likely class
    chances: np.ndarray  # (2, ...): the best and the second class's probability, 255 is certain


BLIND = ("random", "core_set")  # score no pixel: the one draws lots, the other compares images
STRATEGIES = (*MAPS, *BLIND)
GROUP_QUOTAS = ("size", "equal", "none")  # how many images each group gives


def score_images(
    model: Path,
    samples: Iterable[Sample],
    *,
    strategy: str,
    seed: int,
    threads: int,
    device: str = "cpu",
    regions: int = 0,
) -> Iterator[ImageScore]:
    """One score per image, in the samples' order, in constant memory.

    Scores are means over the map at the network's own stride: resizing logits to full size
    would cost more than it tells. With `regions`, over that many best windows of the map instead.
    `core_set` gives 0: what an image is worth to it depends on those chosen before.
    """
    check_strategy(strategy, regions=regions)
    if strategy in BLIND:
        drawn = strategy == "random"
        return (ImageScore(s.name, drawn * lot(seed, s.name), s.group) for s in samples)
    return _scores(model, samples, strategy, seed, threads, device, regions)


def _scores(
    model: Path,
    samples: Iterable[Sample],
    strategy: str,
    seed: int,
    threads: int,
    device: str,
    regions: int,
) -> Iterator[ImageScore]:
    torch.set_num_threads(threads)
    loaded = load_model(model, device=pick_device(device))

    def read(sample: Sample) -> tuple[Sample, np.ndarray]:
        return sample, decode(sample, loaded.config.max_side)

    for sample, image in ahead(read, samples):
        seen = one_image(image, device=loaded.device)
        scores = _map_of(loaded.network, seen, sample.name, strategy, seed)
        if regions:
            windows = best_windows(scores[0], count=regions)
            score = min(1.0, sum(each.mean for each in windows) / len(windows))
        else:
            score = float(_reduce(scores)[0])
        yield ImageScore(sample.name, score, sample.group)


def best_regions(
    model: Model, sample: Sample, *, strategy: str, seed: int, count: int
) -> list[Box]:
    """The boxes to ask about in one image, in its own pixels, the best first."""
    check_strategy(strategy, regions=count)
    image = one_image(decode(sample, model.config.max_side), device=model.device)
    scores = _map_of(model.network, image, sample.name, strategy, seed)[0]
    width, height = image_size(sample)
    return boxes_of(best_windows(scores, count=count), scores, size=(height, width))


@torch.inference_mode()
def _map_of(network: DeepLab, image: Tensor, name: str, strategy: str, seed: int) -> Tensor:
    """The score map (1, h, w) of one image (1, 3, H, W)."""
    number = int(lot(seed, name) * 2**48)
    if strategy == "bald":
        generator = torch.Generator().manual_seed(number)
        return bald_map(dropout_logits(network, image, generator=generator))
    if strategy == "random":
        return random_map((-(-image.shape[2] // 4), -(-image.shape[3] // 4)), number=number)[None]
    return MAPS[strategy](logits_of(network, image))


@torch.inference_mode()
def score_tensor(network: DeepLab, images: Tensor, score_map: Callable[[Tensor], Tensor]) -> Tensor:
    """(N, 3, H, W) decoded images to (N,) scores."""
    return _reduce(score_map(logits_of(network, images)))


def _reduce(scores: Tensor) -> Tensor:
    """(N, h, w) to (N,)."""
    return scores.float().mean(dim=(1, 2)).clamp(0, 1)


def predict(model: Path | Model, sample: Sample, *, threads: int = 1) -> Prediction:
    """The mask to correct and its uncertainty. Give a loaded model when asking for many."""
    torch.set_num_threads(threads)
    loaded = model if isinstance(model, Model) else load_model(model)
    width, height = image_size(sample)
    cells = -(-height // 4), -(-width // 4)
    with torch.inference_mode():
        image = one_image(decode(sample, loaded.config.max_side), device=loaded.device)
        logits = logits_of(loaded.network, image)
        [unsure] = _grey(entropy_map(logits), cells)
        second, chances = _best_two(logits, cells)
        return Prediction(labels_at(logits, (height, width)), unsure, second, chances)


def _best_two(logits: Tensor, cells: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The second most likely class of each cell, and the probabilities of the best and of it."""
    likely = logits.softmax(dim=1).topk(2, dim=1)
    second = F.interpolate(likely.indices[:, 1:].float(), cells)[0, 0]
    return second.to(torch.uint8).cpu().numpy(), _grey(likely.values[0], cells)


def _grey(maps: Tensor, size: tuple[int, int]) -> np.ndarray:
    """(N, h, w) of 0 to 1 as (N, *size) of 0 to 255."""
    resized = F.interpolate(maps[:, None], size, mode="bilinear", align_corners=False)[:, 0]
    return (resized * 255).round().clamp(0, 255).to(torch.uint8).cpu().numpy()


def rank(
    scores: Sequence[ImageScore], k: int, *, group_quota: str = "size", strategy: str, seed: int
) -> list[Choice]:
    """The K images to ask about: highest score first, ties by name.

    Each group gives its quota of K (`group_quotas`), so that near duplicates of one hard scene
    cannot take the whole budget. `random` ignores the scores.

    Raises:
        ValueError: If K is above the number of candidates, a name comes twice, or there is no
            such quota.
    """
    check_strategy(strategy)
    if not 0 <= k <= len(scores):
        raise ValueError(f"asks for {k} images, the pool has {len(scores)}")
    repeated = [name for name, count in Counter(s.name for s in scores).items() if count > 1]
    if repeated:
        raise ValueError(f"{repeated[0]} is scored twice")
    if strategy == "random":
        scores = [ImageScore(s.name, lot(seed, s.name), s.group) for s in scores]
    ordered = sorted(scores, key=lambda s: (-s.score, s.name))
    groups = quota_groups([s.group for s in ordered], group_quota)
    left = group_quotas(Counter(groups), k, group_quota)
    shares = dict(left)
    chosen: list[Choice] = []
    for place, (score, group) in enumerate(zip(ordered, groups, strict=True), start=1):
        if left[group]:
            left[group] -= 1
            reason = f"{strategy} {score.score:.4f}, place {place} of {len(ordered)}"
            reason += share_of(group, shares, k)
            chosen.append(Choice(score.name, score.score, len(chosen) + 1, reason))
    return chosen


def quota_groups(groups: Sequence[str], group_quota: str = "size") -> list[str]:
    """The groups that quotas go by; one for all where nothing is shared between groups.

    Where every image is a group of its own, quotas would choose by name alone.
    """
    if group_quota not in GROUP_QUOTAS:
        raise ValueError(f"no quota {group_quota!r}; there are: {', '.join(GROUP_QUOTAS)}")
    shared = group_quota != "none" and len(set(groups)) < len(groups)
    return list(groups) if shared else [""] * len(groups)


def share_of(group: str, shares: dict[str, int], k: int) -> str:
    """The end of a choice's reason, where there is more than one group."""
    return f"; group {group!r} gives {shares[group]} of {k}" if len(shares) > 1 else ""


def group_quotas(sizes: dict[str, int], k: int, group_quota: str = "size") -> dict[str, int]:
    """How many of K images each group gives, never more than it has.

    By `size`, K is split in proportion to the groups' sizes, largest remainder, ties by name: K is
    at most the sum of the sizes, so a share never exceeds its group, and where it is not whole,
    neither does the next whole number.
    """
    if group_quota == "equal":
        return _equal_quotas(sizes, k)
    total = sum(sizes.values())
    shares = {group: divmod(k * size, total) for group, size in sizes.items()}
    quotas = {group: whole for group, (whole, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda group: (-shares[group][1], group))
    for group in by_remainder[: k - sum(quotas.values())]:
        quotas[group] += 1
    return quotas


def _equal_quotas(sizes: dict[str, int], k: int) -> dict[str, int]:
    """The same from each group; what a small one lacks, and a remainder, the larger ones give.

    The smallest go first, so that those who follow share what is left. The last one has enough:
    it is the largest, and K is at most the sum of the sizes.
    """
    quotas, left = {}, k
    by_size = sorted(sizes, key=lambda group: (sizes[group], group))
    for place, group in enumerate(by_size):
        quotas[group] = min(sizes[group], left // (len(by_size) - place))
        left -= quotas[group]
    return quotas


def lot(seed: int, name: str) -> float:
    """A number in [0, 1) that depends on seed and name alone, not on the pool around it."""
    digest = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def check_strategy(strategy: str, *, regions: int = 0) -> None:
    """Refuse a strategy that is not there, and regions from one that compares whole images."""
    if strategy not in STRATEGIES:
        raise ValueError(f"no strategy {strategy!r}; there are: {', '.join(STRATEGIES)}")
    if regions and strategy == "core_set":
        raise ValueError("core_set compares whole images; it has no regions to offer")
