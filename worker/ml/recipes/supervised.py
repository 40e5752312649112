"""The supervised loss alone: no unlabelled image is read. What self-training has to beat."""

from dataclasses import replace

from worker.ml.config import StageConfig
from worker.ml.recipes.stal import Stal
from worker.ml.sampling import Pools


class Supervised(Stal):
    """STAL's supervised part: its loss, its augmentation and its copied classes."""

    def __init__(self, config: StageConfig, pools: Pools) -> None:
        # Without unlabelled images nothing is guessed, contrasted, mixed, or recoloured after them.
        super().__init__(config, replace(pools, unlabelled=0))
