"""Networks, optimiser, recipe and loader of one stage, and the step that moves them."""

import copy
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from worker.ml.checkpoint import State, Trouble
from worker.ml.config import StageConfig
from worker.ml.data import StageData
from worker.ml.loader import Batch, Loader
from worker.ml.models import load_model
from worker.ml.networks import DeepLab, build_network
from worker.ml.optimiser import (
    MovingAverage,
    average_decay,
    build_optimiser,
    load_optimiser,
    optimiser_tensors,
    set_rate,
)
from worker.ml.passes import Pass, pick_device
from worker.ml.ranks import Ranks
from worker.ml.recipes import StepContext, build_recipe
from worker.ml.sampling import Plan, Pools

BAD_IN_A_ROW = 3  # steps without a number, after which waiting for a good one is over


class NotFinite(Exception):
    """Losses or gradients are no numbers, and going on will not change that."""


class Training:
    """Networks, optimiser, recipe and loader of one stage, and the step that moves them."""

    def __init__(self, config: StageConfig, data: StageData, start_from: Path | None) -> None:
        torch.manual_seed(config.seed)
        pools = Pools(len(data.source), len(data.labelled), len(data.unlabelled))
        self.config = config
        self.data = data
        self.step = 0
        self.trouble = Trouble()
        device = pick_device(config.device, rank=Ranks.current().rank)
        self.ranks = Ranks.current(device)
        self.ranks.check(config)
        self.student = _first_network(config, start_from).to(device).train()
        if config.batch_norm == "frozen":
            freeze_norms(self.student)
        self.teacher = copy.deepcopy(self.student).eval().requires_grad_(False)
        self.average = MovingAverage(self.teacher, self.student)
        self.optimiser = build_optimiser(self.student, config)
        self.recipe = build_recipe(config, pools).to(device)
        self.loader: Loader | None = None

    def advance(self) -> dict[str, Tensor]:
        """Train one step; its weighted losses as tensors, none if they are no numbers.

        Such a step moves no weight.

        Raises:
            NotFinite: If it is the third in a row, or has spoilt what is remembered.
        """
        loader = self._filled_loader()
        set_rate(self.optimiser, self.step, self.config, factor=self.trouble.rate)
        losses = self.recipe.losses(self._context(loader.next()))
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        self.ranks.add_gradients(self.student.parameters())
        self.ranks.average_statistics(self.student)
        good = self._is_finite(losses)
        if good:
            self.optimiser.step()
            self.average.move(average_decay(self.step, self.config.ema))
        self._count(good)
        self.step += 1
        return {name: loss.detach() for name, loss in losses.items() if good}

    def _is_finite(self, losses: dict[str, Tensor]) -> bool:
        gradients = [each.grad for each in self.student.parameters() if each.grad is not None]
        # The plain norm takes a fifth of the time of the largest element's.
        largest = torch.stack(torch._foreach_norm(gradients)).max()
        return bool((largest + torch.stack(list(losses.values())).detach().sum()).isfinite())

    def _count(self, good: bool) -> None:
        trouble = self.trouble
        if good:
            self.trouble = replace(trouble, in_a_row=0)
            return
        self.trouble = replace(trouble, skipped=trouble.skipped + 1, in_a_row=trouble.in_a_row + 1)
        # What is remembered may have taken the bad values in: then no next step can be good.
        if self.trouble.in_a_row == BAD_IN_A_ROW or not self.is_finite():
            row = self.trouble.in_a_row
            raise NotFinite(f"at step {self.step} the loss is no number, {row} in a row")

    def is_finite(self) -> bool:
        """Whether all weights and all that is remembered are numbers."""
        floats = (
            value
            for part in (self.student, self.teacher, self.recipe)
            for value in part.state_dict().values()
            if value.is_floating_point()
        )
        return all(bool(each.isfinite().all()) for each in floats)

    def _context(self, own: Batch) -> StepContext:
        self.ranks.seed_dropout(self.config.seed, self.step)
        parts = self.config.accumulate * self.trouble.micro_batches
        how = (self.ranks, parts, self.config.precision)
        return StepContext(
            batch=self.ranks.whole_batch(own),
            student=Pass(self.student, *how),
            teacher=Pass(self.teacher, *how),
            step=self.step,
            steps=self.config.steps,
            seed=self.config.seed,
            device=self.ranks.device,
        )

    def _filled_loader(self) -> Loader:
        """Plans are drawn exactly `prefetch` steps ahead, whatever the threads' speed."""
        if self.loader is None:
            self.loader = self._loader([])
        first = self.step + len(self.loader.pending)
        for step in range(first, min(self.step + self.config.prefetch, self.config.steps)):
            self.loader.ask(self.recipe.plan(step))
        return self.loader

    def state(self) -> State:
        pending: list[Plan] = self.loader.pending if self.loader else []
        return State(
            step=self.step,
            student=self.student.state_dict(),
            teacher=self.teacher.state_dict(),
            optimiser=optimiser_tensors(self.optimiser),
            recipe=self.recipe.state_dict(),
            random=self._random(),
            pending=pending,
            trouble=self.trouble,
        )

    def _random(self) -> dict[str, Tensor]:
        """Of the generators that dropout draws from."""
        found = {"torch": torch.get_rng_state()}
        if self.ranks.device.type == "cuda":
            found["cuda"] = torch.cuda.get_rng_state(self.ranks.device)
        return found

    def restore(self, state: State) -> None:
        self.close()
        self.step = state.step
        self.student.load_state_dict(state.student)
        self.teacher.load_state_dict(state.teacher)
        load_optimiser(self.optimiser, state.optimiser)
        self.recipe.load_state_dict(state.recipe)
        torch.set_rng_state(state.random["torch"])
        if self.ranks.device.type == "cuda" and "cuda" in state.random:
            torch.cuda.set_rng_state(state.random["cuda"], self.ranks.device)
        self.trouble = state.trouble
        self.loader = self._loader(state.pending)

    def _loader(self, plans: list[Plan]) -> Loader:
        share = (self.ranks.rank, self.ranks.size)
        return Loader(self.config, self.data, plans, share=share)

    def close(self) -> None:
        if self.loader is not None:
            self.loader.close()
            self.loader = None


def freeze_norms(network: nn.Module) -> None:
    """Batch normalisation by the averages that it has: an image's maps then know no other's."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            module.eval()


def _first_network(config: StageConfig, start_from: Path | None) -> DeepLab:
    if start_from is None:
        network = build_network(config.network)
    else:
        model = load_model(start_from)
        told, wanted = model.config.network, config.network
        if replace(told, pretrained=True, weights=None, dropout=0.0) != replace(
            wanted, pretrained=True, weights=None, dropout=0.0
        ):
            raise ValueError(f"cannot start {wanted} from a model of {told}")
        network = build_network(wanted, initialise=False)
        network.load_state_dict(model.network.state_dict())
    return network.to(memory_format=torch.channels_last)
