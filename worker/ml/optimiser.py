"""Optimiser, schedule and weight average: what moves the weights, as functions of the step."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from worker.ml.config import StageConfig
from worker.ml.networks import DeepLab


def build_optimiser(network: DeepLab, config: StageConfig) -> torch.optim.Optimizer:
    """Two groups, backbone and head, each with its `factor` on the learning rate."""
    head = network.head_parameters()
    in_head = {id(parameter) for parameter in head}
    body = [parameter for parameter in network.parameters() if id(parameter) not in in_head]
    groups = [
        {"params": body, "factor": 1.0},
        {"params": head, "factor": config.head_lr_factor},
    ]
    if config.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=config.lr, momentum=0.9, weight_decay=config.weight_decay)
    # Fused: one pass over the weights, a third of the time on a CPU, too.
    return torch.optim.AdamW(groups, lr=config.lr, weight_decay=config.weight_decay, fused=True)


def poly(lr: float, step: int, steps: int, *, power: float) -> float:
    """Learning rate of a step: lr * (1 - step / steps) ** power."""
    return float(lr * (1 - step / steps) ** power)


def set_rate(
    optimiser: torch.optim.Optimizer, step: int, config: StageConfig, *, factor: float = 1.0
) -> None:
    """From the step alone, so that nothing of the schedule needs saving."""
    rate = factor * poly(config.lr, step, config.steps, power=config.poly_power)
    for group in optimiser.param_groups:
        group["lr"] = rate * group["factor"]


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Its state as flat names: `12.exp_avg` is that of the 12th parameter."""
    return {
        f"{number}.{name}": value
        for number, each in optimiser.state_dict()["state"].items()
        for name, value in each.items()
    }


def load_optimiser(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        # A copy: the optimiser would otherwise go on in the very tensors it was given.
        layout = torch.channels_last if value.ndim == 4 else torch.contiguous_format
        state.setdefault(int(number), {})[name] = value.clone(memory_format=layout)
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def average_decay(step: int, decay: float) -> float:
    """min(1 - 1 / (step + 1), decay): a copy at first, an ever slower average after."""
    return min(1 - 1 / (step + 1), decay)


class MovingAverage:
    """Moves a teacher towards its student: parameters and buffers alike.

    Their tensors are listed once; walking through the modules would cost more than the sum.
    """

    def __init__(self, teacher: nn.Module, student: nn.Module) -> None:
        theirs, ours = list(_tensors(teacher)), list(_tensors(student))
        pairs = list(zip(theirs, ours, strict=True))
        self._floats = [(to, of) for to, of in pairs if to.is_floating_point()]
        self._counts = [(to, of) for to, of in pairs if not to.is_floating_point()]

    @torch.no_grad()
    def move(self, decay: float) -> None:
        """teacher <- decay * teacher + (1 - decay) * student; whole numbers are copied."""
        theirs, ours = zip(*self._floats, strict=True)
        torch._foreach_lerp_(theirs, ours, 1 - decay)
        for to, of in self._counts:
            to.copy_(of)


def _tensors(module: nn.Module) -> Iterable[Tensor]:
    yield from (parameter.detach() for parameter in module.parameters())
    yield from module.buffers()
