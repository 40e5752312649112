"""How much each pixel is worth asking about, from logits: (N, C, h, w) to (N, h, w)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from worker.ml.losses.pseudo_label import entropy
from worker.ml.networks import DeepLab

REGION = 3  # side of the window in which region impurity looks for several classes
PASSES = 10  # of dropout
BOUNDARY_COST = 10.0  # a tenth of all neighbours at a boundary costs as much again as looking


def entropy_map(logits: Tensor) -> Tensor:
    """Entropy over ln C: (N, C, h, w) to (N, h, w)."""
    return entropy(logits.log_softmax(dim=1)) / math.log(logits.shape[1])


def margin_map(logits: Tensor) -> Tensor:
    """1 minus the distance of the two likeliest classes."""
    top = logits.softmax(dim=1).topk(2, dim=1).values
    return 1 - (top[:, 0] - top[:, 1])


def least_confident_map(logits: Tensor) -> Tensor:
    """1 minus the likeliest class's probability, scaled so that uniform gives 1."""
    classes = logits.shape[1]
    return (1 - logits.softmax(dim=1).amax(dim=1)) * classes / (classes - 1)


def region_impurity_map(logits: Tensor) -> Tensor:
    """Mix of predicted classes in each pixel's window, times the window's mean entropy.

    The mix is the entropy over ln C of the window's shares of classes (Xie and others 2022,
    arXiv:2111.12940). At the border the window is what lies inside the image.
    """
    classes = logits.shape[1]
    guess = F.one_hot(logits.argmax(dim=1), classes).permute(0, 3, 1, 2).to(logits.dtype)
    shares = _window_mean(guess)
    impurity = -torch.xlogy(shares, shares).sum(dim=1) / math.log(classes)
    return impurity * _window_mean(entropy_map(logits)[:, None])[:, 0]


def class_balanced_map(logits: Tensor) -> Tensor:
    """Entropy, weighted so that the map's mean is the mean over predicted classes of their means.

    A small object then counts as much as the road; single values may exceed 1, the mean cannot.
    """
    count, classes = logits.shape[:2]
    guess = logits.argmax(dim=1).flatten(1)  # (N, h w)
    pixels = torch.zeros(count, classes, device=logits.device)
    pixels.scatter_add_(1, guess, torch.ones_like(guess, dtype=pixels.dtype))
    present = (pixels > 0).sum(dim=1, keepdim=True)
    weight = guess.shape[1] / (pixels.gather(1, guess) * present)
    values = entropy_map(logits)
    return values * weight.view_as(values)


def boundary_share(logits: Tensor) -> Tensor:
    """(N,): of all pairs of neighbours, beside and below, the share with two predicted classes.

    Times the map's pixels and two, that is the length of the predicted boundaries in pixels.
    """
    guess = logits.argmax(dim=1)
    beside = (guess[:, :, 1:] != guess[:, :, :-1]).flatten(1)
    below = (guess[:, 1:] != guess[:, :-1]).flatten(1)
    pairs = torch.cat([beside, below], dim=1).to(logits.dtype)
    return pairs.sum(dim=1) / max(1, pairs.shape[1])


def entropy_per_cost_map(logits: Tensor) -> Tensor:
    """Entropy over what correcting the image would cost: 1 + 10 times its share of boundaries.

    People correct along boundaries, so their length stands for the effort; the 1 is for opening
    and looking, which every image costs. The unit is the effort for an image of one class.
    """
    cost = 1 + BOUNDARY_COST * boundary_share(logits)
    return entropy_map(logits) / cost[:, None, None]


def bald_map(logits: Tensor) -> Tensor:
    """What the passes disagree on: (T, C, h, w) of one image to (1, h, w).

    Entropy of the mean prediction less the mean entropy, over ln C (Houlsby and others 2011,
    arXiv:1112.5745): a pixel on which every pass is equally unsure gives 0.
    """
    log_probs = logits.log_softmax(dim=1)
    together = log_probs.logsumexp(dim=0, keepdim=True) - math.log(len(logits))
    gained = entropy(together) - entropy(log_probs).mean(dim=0, keepdim=True)
    return gained.clamp(min=0) / math.log(logits.shape[1])


def dropout_logits(network: DeepLab, image: Tensor, *, generator: torch.Generator) -> Tensor:
    """Logits of `PASSES` dropouts of one image (1, 3, H, W): (T, C, h, w).

    Dropout stands behind the decoder, so one pass through the rest serves all; like in training,
    whole channels fall out.

    Raises:
        ValueError: If the network was trained without dropout: all passes would agree.
    """
    rate = network.dropout.p
    if rate == 0:
        raise ValueError("bald needs a network with dropout; this one has dropout 0")
    feature = network(image, embed=False).feature
    shape = (PASSES, feature.shape[1], 1, 1)
    kept = (torch.rand(shape, generator=generator) >= rate).to(feature)
    return torch.cat([network.classify(feature * each / (1 - rate)) for each in kept.split(1)])


def _window_mean(maps: Tensor) -> Tensor:
    return F.avg_pool2d(maps, REGION, 1, REGION // 2, count_include_pad=False)


MAPS: dict[str, Callable[[Tensor], Tensor]] = {
    "entropy": entropy_map,
    "margin": margin_map,
    "least_confident": least_confident_map,
    "region_impurity": region_impurity_map,
    "class_balanced": class_balanced_map,
    "entropy_per_cost": entropy_per_cost_map,
    "bald": bald_map,
}
