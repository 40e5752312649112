"""From a plan to crops: both networks see the same places; what is pasted is read as all else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.config import StageConfig
from worker.ml.data import Sample, StageData
from worker.ml.loader import Batch, Loader, make_batch
from worker.ml.sampling import Plan, Pool, Slot

SIDE = 64
PLAIN = {"scale": [1.0, 1.0], "flip": 0.0, "jitter": 0.0, "invert": 0.0}


def config(**changes: object) -> StageConfig:
    return toy_config(**{**PLAIN, "copy_paste_scale": [1.0, 1.0], **changes})


def flat(folder: Path, name: str, *, colour: tuple[int, int, int], label: int | None) -> Sample:
    """An image of one colour and one class."""
    image, file = folder / f"{name}.png", folder / f"{name}_label.png"
    Image.new("RGB", (SIDE, SIDE), colour).save(image)
    if label is not None:
        Image.new("L", (SIDE, SIDE), label).save(file)
    domain = "source" if name.startswith("source") else "target"
    return Sample(name, image, file if label is not None else None, domain)  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path) -> StageData:
    return StageData(
        source=(
            flat(tmp_path, "source0", colour=(10, 20, 30), label=1),
            flat(tmp_path, "source1", colour=(40, 50, 60), label=5),
        ),
        labelled=(flat(tmp_path, "target0", colour=(70, 80, 90), label=2),),
        unlabelled=(flat(tmp_path, "target1", colour=(200, 0, 100), label=None),),
    )


def plan(*slots: Slot, classes: tuple[int, ...] = (), unlabelled: tuple[int, ...] = ()) -> Plan:
    return Plan(0, slots, classes, unlabelled, tuple(0 for _ in unlabelled))


def crop(
    data: StageData, slot: Slot, *classes: int, **changes: object
) -> tuple[list[int], set[int]]:
    """The colour in the crop's corner, and the labels in it."""
    batch = make_batch(plan(slot, classes=classes), config(**changes), data)
    return batch.labelled[0, 0, 0].tolist(), set(np.unique(batch.labels))


class TestPasting:
    SLOT = Slot("source", 0, paste=("source", 1))

    def test_a_drawn_class_comes_with_its_image_and_its_label(self, data: StageData) -> None:
        assert crop(data, self.SLOT, 5) == ([40, 50, 60], {5})
        assert crop(data, self.SLOT, 1) == ([10, 20, 30], {1})
        assert crop(data, Slot("labelled", 0, paste=("source", 1)), 5) == ([40, 50, 60], {5})
        assert crop(data, Slot("source", 0, paste=("labelled", 0)), 2) == ([70, 80, 90], {2})

    def test_its_labels_are_read_as_all_others_are(self, data: StageData, tmp_path: Path) -> None:
        """Defect A5: the index of a palette, not the grey of its colour."""
        ids = Image.new("P", (SIDE, SIDE), 5)
        ids.putpalette([7, 8, 9] * 256)
        ids.save(tmp_path / "palette.png")
        indexed = replace(data.source[1], label=tmp_path / "palette.png")

        pasted = crop(replace(data, source=(data.source[0], indexed)), self.SLOT, 5)

        assert pasted == ([40, 50, 60], {5})

    def test_it_has_a_scale_of_its_own(self, data: StageData) -> None:
        batch = make_batch(plan(self.SLOT, classes=(5,)), config(copy_paste_scale=[0.5, 0.5]), data)

        assert (batch.labels == 5).sum() == (SIDE // 2) ** 2
        assert (batch.labels == 1).sum() == SIDE**2 - (SIDE // 2) ** 2


class TestColours:
    def test_the_source_alone_is_inverted_and_recoloured(self, data: StageData) -> None:
        assert crop(data, Slot("source", 0), invert=1.0)[0] == [245, 235, 225]
        assert crop(data, Slot("labelled", 0), invert=1.0)[0] == [70, 80, 90]
        assert crop(data, Slot("source", 0, like=0))[0] == [200, 0, 100]
        assert crop(data, Slot("source", 0))[0] == [10, 20, 30]

    def test_what_is_pasted_takes_the_same_colours(self, data: StageData) -> None:
        slot = Slot("source", 0, paste=("source", 1), like=0)

        assert crop(data, slot, 5) == ([200, 0, 100], {5})
        assert crop(data, replace(slot, paste=("labelled", 0)), 2)[0] == [70, 80, 90]


class TestUnlabelled:
    def batch(self, scenes: Path, **changes: object) -> Batch:
        return make_batch(
            plan(Slot("source", 0), unlabelled=(0, 3)), toy_config(**changes), toy_data(scenes)
        )

    def test_the_teachers_view_is_of_the_same_place_in_its_own_colours(self, scenes: Path) -> None:
        plain, strong = self.batch(scenes, jitter=0.0), self.batch(scenes, jitter=0.8)

        assert np.array_equal(plain.weak, plain.strong)
        assert np.array_equal(strong.weak, plain.weak)
        for weak, seen in zip(strong.weak, strong.strong, strict=True):
            assert abs(seen.astype(int) - weak).mean() > 1
            light = [view.mean(axis=2).ravel() for view in (weak, seen)]
            assert np.corrcoef(*light)[0, 1] > 0.8

    def test_padding_is_not_valid(self, data: StageData) -> None:
        batch = make_batch(plan(Slot("source", 0), unlabelled=(0,)), config(scale=[0.5, 0.5]), data)

        assert batch.valid[0, : SIDE // 2, : SIDE // 2].all()
        assert batch.valid.sum() == (SIDE // 2) ** 2


def test_the_shares_of_several_processes_are_the_whole(scenes: Path) -> None:
    data, slots = toy_data(scenes), [Slot("source", number) for number in range(4)]
    asked = plan(*slots, unlabelled=(0, 1, 2, 3))

    whole = make_batch(asked, toy_config(), data)
    parts = [make_batch(asked, toy_config(), data, share=(rank, 2)) for rank in range(2)]

    for name in ("labelled", "labels", "weak", "strong", "valid"):
        for rank, part in enumerate(parts):
            assert np.array_equal(getattr(part, name), getattr(whole, name)[rank::2]), name


def test_batches_come_in_the_order_of_their_plans(scenes: Path) -> None:
    pools: tuple[Pool, ...] = ("source", "labelled")
    plans = [replace(plan(Slot(pools[number % 2], 0)), step=number) for number in range(6)]

    loader = Loader(toy_config(loader_threads=3), toy_data(scenes), plans)
    taken = [loader.next().plan.step for _ in range(4)]
    waiting = [each.step for each in loader.pending]
    loader.close()

    assert (taken, waiting) == ([0, 1, 2, 3], [4, 5])
