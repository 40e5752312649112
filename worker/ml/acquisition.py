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


STRATEGIES = (*MAPS, "random")


def score_images(
    model: Path,
    samples: Iterable[Sample],
    *,
    strategy: str,
    seed: int,
    threads: int,
    device: str = "cpu",
) -> Iterator[ImageScore]:
    """One score per image, in the samples' order, in constant memory.

    Scores are means over the map at the network's own stride: resizing logits to full size
    would cost more than it tells.
    """
    _check_strategy(strategy)
    if strategy == "random":
        return (ImageScore(s.name, lot(seed, s.name), s.group) for s in samples)
    return _scores(model, samples, strategy, seed, threads, device)


def _scores(
    model: Path,
    samples: Iterable[Sample],
    strategy: str,
    seed: int,
    threads: int,
    device: str,
) -> Iterator[ImageScore]:
    torch.set_num_threads(threads)
    loaded = load_model(model)
    network = loaded.network.to(device)

    def read(sample: Sample) -> tuple[Sample, np.ndarray]:
        return sample, decode(sample, loaded.config.max_side)

    for sample, image in ahead(read, samples):
        seen = one_image(image, device=device)
        if strategy == "bald":
            score = score_dropout(network, seen, number=int(lot(seed, sample.name) * 2**48))
        else:
            score = score_tensor(network, seen, MAPS[strategy])
        yield ImageScore(sample.name, float(score[0]), sample.group)


@torch.inference_mode()
def score_tensor(network: DeepLab, images: Tensor, score_map: Callable[[Tensor], Tensor]) -> Tensor:
    """(N, 3, H, W) decoded images to (N,) scores."""
    logits = network(images, embed=False).logits
    return _reduce(score_map(logits))


@torch.inference_mode()
def score_dropout(network: DeepLab, image: Tensor, *, number: int) -> Tensor:
    """(1, 3, H, W) to (1,): what passes with dropout disagree on; `number` seeds what falls out."""
    generator = torch.Generator().manual_seed(number)
    return _reduce(bald_map(dropout_logits(network, image, generator=generator)))


def _reduce(scores: Tensor) -> Tensor:
    """(N, h, w) to (N,)."""
    return scores.float().mean(dim=(1, 2)).clamp(0, 1)


def predict(model: Path | Model, sample: Sample, *, threads: int = 1) -> Prediction:
    """The mask to correct and its uncertainty. Give a loaded model when asking for many."""
    torch.set_num_threads(threads)
    loaded = model if isinstance(model, Model) else load_model(model)
    width, height = image_size(sample)
    with torch.inference_mode():
        image = one_image(decode(sample, loaded.config.max_side))
        logits = loaded.network(image, embed=False).logits
        unsure = F.interpolate(
            entropy_map(logits)[:, None],
            (-(-height // 4), -(-width // 4)),
            mode="bilinear",
            align_corners=False,
        )[0, 0]
        grey = (unsure * 255).round().clamp(0, 255).to(torch.uint8).numpy()
        return Prediction(labels_at(logits, (height, width)), grey)


def rank(
    scores: Sequence[ImageScore], k: int, *, quotas: bool = True, strategy: str, seed: int
) -> list[Choice]:
    """The K images to ask about: highest score first, ties by name.

    With quotas, each group gets its share of K by its number of candidates, so that near
    duplicates of one hard scene cannot take the whole budget. `random` ignores the scores.

    Raises:
        ValueError: If K is above the number of candidates, or a name comes twice.
    """
    _check_strategy(strategy)
    if not 0 <= k <= len(scores):
        raise ValueError(f"asks for {k} images, the pool has {len(scores)}")
    repeated = [name for name, count in Counter(s.name for s in scores).items() if count > 1]
    if repeated:
        raise ValueError(f"{repeated[0]} is scored twice")
    if strategy == "random":
        scores = [ImageScore(s.name, lot(seed, s.name), s.group) for s in scores]
    ordered = sorted(scores, key=lambda s: (-s.score, s.name))
    # Where every image is a group of its own, quotas would choose by name alone.
    quotas = quotas and len({s.group for s in ordered}) < len(ordered)
    sizes = Counter(s.group if quotas else "" for s in ordered)
    left = group_quotas(sizes, k)
    shares = dict(left)
    chosen: list[Choice] = []
    for place, score in enumerate(ordered, start=1):
        group = score.group if quotas else ""
        if left[group]:
            left[group] -= 1
            reason = f"{strategy} {score.score:.4f}, place {place} of {len(ordered)}"
            if len(sizes) > 1:
                reason += f"; group {group!r} gives {shares[group]} of {k}"
            chosen.append(Choice(score.name, score.score, len(chosen) + 1, reason))
    return chosen


def group_quotas(sizes: dict[str, int], k: int) -> dict[str, int]:
    """K split over groups by size, largest remainder, ties by name.

    No group is asked for more than it has: K is at most the sum of the sizes, so a share never
    exceeds its group, and where it is not whole, neither does the next whole number.
    """
    total = sum(sizes.values())
    shares = {group: divmod(k * size, total) for group, size in sizes.items()}
    quotas = {group: whole for group, (whole, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda group: (-shares[group][1], group))
    for group in by_remainder[: k - sum(quotas.values())]:
        quotas[group] += 1
    return quotas


def lot(seed: int, name: str) -> float:
    """A number in [0, 1) that depends on seed and name alone, not on the pool around it."""
    digest = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _check_strategy(strategy: str) -> None:
    if strategy not in STRATEGIES:
        raise ValueError(f"no strategy {strategy!r}; there are: {', '.join(STRATEGIES)}")
