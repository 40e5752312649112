"""Recipes by name: what a step draws, which losses it has, and what it remembers."""

from collections.abc import Callable

from worker.ml.config import StageConfig
from worker.ml.recipes.base import Recipe, StepContext
from worker.ml.recipes.stal import Stal
from worker.ml.recipes.supervised import Supervised
from worker.ml.sampling import Pools

__all__ = ["RECIPES", "Recipe", "StepContext", "build_recipe"]

RECIPES: dict[str, Callable[[StageConfig, Pools], Recipe]] = {
    "stal": Stal,
    "supervised": Supervised,
}


def build_recipe(config: StageConfig, pools: Pools) -> Recipe:
    if config.recipe not in RECIPES:
        known = ", ".join(sorted(RECIPES))
        raise ValueError(f"there is no recipe {config.recipe!r}; there are: {known}")
    return RECIPES[config.recipe](config, pools)
