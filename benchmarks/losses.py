"""What the contrastive loss costs beside the same loss written as a loop over classes.

    python -m benchmarks.losses --json docs/benchmarks/losses.json

Both take the same embeddings, masks, full rings and drawn numbers, and go from there to the
embeddings' gradient: negatives found and pushed, centres, anchors, the loss, the backward pass.
They take turns in one process on one thread; the speedup is the median ratio of neighbours in CPU
time. Memory is the peak above the inputs, less the gradient that stays behind.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.report import Figure, write_report
from worker.ml.banks import NegativeBank
from worker.ml.losses import IGNORE
from worker.ml.losses.contrastive import (
    Pixels,
    class_centres,
    contrastive_loss,
    draw_anchors,
    negative_mask,
)

ANCHORS, NEGATIVES, PUSHED = 256, 50, 256
CONFIDENCE, LOW_RANK, TEMPERATURE = 0.3, 3, 0.5


@dataclass(frozen=True)
class Inputs:
    """One step's tensors; the rings are full."""

    student: Tensor  # (P, E), with gradient
    teacher: Tensor  # (P, E)
    pixels: Pixels
    bank: NegativeBank


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the contrastive loss.")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    inputs = make_inputs(
        classes=19, crops=5, side=193, width=256, capacity=30_000, seed=options.seed
    )
    figures = compare(inputs, pairs=options.pairs, seed=options.seed)
    write_report(options.json, figures, seeds=[options.seed])


def make_inputs(
    *, classes: int, crops: int, side: int, width: int, capacity: int, seed: int
) -> Inputs:
    """Four labelled crops to one unlabelled; a twentieth of the pixels void, every class shown."""
    generator = torch.Generator().manual_seed(seed)
    count, known = crops * side**2, (crops - 1) * side**2
    labels = torch.randint(classes, (count,), generator=generator)
    logits = 2 * torch.randn(count, classes, generator=generator)
    probs = (logits + 4 * F.one_hot(labels, classes)).softmax(dim=1)
    labelled = torch.arange(count) < known
    void = torch.rand(count, generator=generator) < 0.05
    unsure = ~labelled & (torch.rand(count, generator=generator) < 0.2)
    labels[void | unsure] = IGNORE
    bank = NegativeBank(classes, capacity, width)
    bank.keys.copy_(F.normalize(torch.randn(bank.keys.shape, generator=generator), dim=2))
    bank.length.fill_(capacity)
    return Inputs(
        student=torch.randn(count, width, generator=generator).requires_grad_(),
        teacher=torch.randn(count, width, generator=generator),
        pixels=Pixels(labels, labels != IGNORE, unsure & ~void, labelled, probs),
        bank=bank,
    )


def ours(inputs: Inputs, seed: int) -> Tensor:
    """The term as a training step has it."""
    rng, pixels, bank = torch.Generator().manual_seed(seed), inputs.pixels, inputs.bank
    negative = negative_mask(pixels, low_rank=LOW_RANK)
    bank.push_some(inputs.teacher, negative, at_most=PUSHED, generator=rng)
    centres, counts = class_centres(inputs.teacher, pixels)
    anchors, candidates = draw_anchors(pixels, each=ANCHORS, confidence=CONFIDENCE, generator=rng)
    usable = (candidates > 0) & (counts > 0) & (bank.length > 0)
    picks = bank.draw((ANCHORS, NEGATIVES), generator=rng)
    return contrastive_loss(
        inputs.student, centres, anchors, usable, bank.rows, picks, temperature=TEMPERATURE
    )


def loop(inputs: Inputs, seed: int) -> Tensor:
    """The same term class by class: masks gather pixels, autograd keeps what it needs."""
    rng, pixels, bank = torch.Generator().manual_seed(seed), inputs.pixels, inputs.bank
    classes = pixels.probs.shape[1]
    ranks = pixels.probs.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    push_lot = torch.rand(classes, 1, generator=rng)
    anchor_lot = torch.rand(classes, ANCHORS, generator=rng)
    key_lot = torch.rand(classes, ANCHORS, NEGATIVES, generator=rng)
    terms = []
    for label in range(classes):
        chance, rank = pixels.probs[:, label], ranks[:, label]
        known = pixels.labelled & (pixels.labels != IGNORE) & (pixels.labels != label)
        confusable = known & (rank < LOW_RANK)
        confusable |= pixels.unreliable & (rank >= LOW_RANK) & (chance < 1)
        keys = inputs.teacher[confusable]
        pace = max(1.0, len(keys) / PUSHED)
        spread = (torch.arange(min(PUSHED, len(keys))) + push_lot[label].double()) * pace
        bank.push(label, keys[spread.long()])
        own = pixels.reliable & (pixels.labels == label)
        sure = own & (chance > CONFIDENCE)
        if not own.any() or not sure.any() or not bank.length[label]:
            continue
        centre = inputs.teacher[own].mean(dim=0)
        candidates = inputs.student[sure]
        anchors = candidates[(anchor_lot[label] * len(candidates)).long()]
        held = int(bank.length[label])
        negatives = bank.keys[label][(key_lot[label] * held).long().clamp(max=held - 1)]
        towards = F.cosine_similarity(anchors, centre[None], dim=1)
        away = F.cosine_similarity(anchors[:, None], negatives, dim=2)
        logits = torch.cat([towards[:, None], away], dim=1) / TEMPERATURE
        target = torch.zeros(len(logits), dtype=torch.long)
        terms.append(F.cross_entropy(logits, target))
    return torch.stack(terms).mean()


def compare(inputs: Inputs, *, pairs: int, seed: int) -> dict[str, Figure]:
    """Memory of ours first, while nothing else has grown the process; then equality and time."""
    start = {name: value.clone() for name, value in inputs.bank.state_dict().items()}

    def run(term: Callable[[Inputs, int], Tensor]) -> tuple[float, float, Tensor]:
        """CPU seconds, loss and gradient; the rings are put back first."""
        inputs.bank.load_state_dict(start)
        before = time.process_time()
        loss = term(inputs, seed)
        (gradient,) = torch.autograd.grad(loss, inputs.student)
        return time.process_time() - before, loss.item(), gradient

    extra = peak_above(lambda: run(ours)[2])
    ratios, losses, gradients = [], [], []
    for turn in range(pairs):
        runs = [run(term) for term in ((ours, loop) if turn % 2 else (loop, ours))]
        mine, plain = runs if turn % 2 else runs[::-1]
        ratios.append(plain[0] / mine[0])
        losses.append(abs(plain[1] - mine[1]))
        difference, largest = (plain[2] - mine[2]).abs().max(), plain[2].abs().max()
        gradients.append(float(difference / largest))
        print(f"ours {mine[0]:.2f} s, loop {plain[0]:.2f} s, loss {mine[1]:.6f}", flush=True)
    return {
        "losses.contrastive.speedup": Figure.of(ratios, "times faster than a loop over classes"),
        "losses.contrastive.loss_difference_millionths": Figure.of(
            [1e6 * each for each in losses], "millionths"
        ),
        "losses.contrastive.gradient_difference_millionths": Figure.of(
            [1e6 * each for each in gradients], "millionths of the largest element"
        ),
        "losses.contrastive.extra_memory": Figure(
            extra, 0.0, 1, "MB at the peak, beyond inputs, rings and the embeddings' gradient"
        ),
    }


def peak_above(call: Callable[[], Tensor]) -> float:
    """Megabytes of the process's peak during `call`, beyond what was there and what it returns."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from the present size
    before = peak_megabytes()
    kept = call()
    return peak_megabytes() - before - kept.numel() * kept.element_size() / 1e6


def peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
