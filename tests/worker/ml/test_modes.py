"""Open set and source-free: classes that only the target has, and a start without the source."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.worker.ml.conftest import toy_config, toy_data
from worker.ml.data import Sample, StageData
from worker.ml.recipes.stal import Stal
from worker.ml.trainer import Training, train_stage

ABSENT = 5


def without_class(samples: tuple[Sample, ...], folder: Path) -> tuple[Sample, ...]:
    """The samples with every pixel of one class void."""
    changed = []
    for sample in samples:
        assert sample.label is not None
        ids = np.asarray(Image.open(sample.label))
        file = folder / f"{sample.name}.png"
        Image.fromarray(np.where(ids == ABSENT, 255, ids).astype(np.uint8)).save(file)
        changed.append(Sample(sample.name, sample.image, file, sample.domain, sample.group))
    return tuple(changed)


def open_set(scenes: Path, folder: Path, *, labelled: int) -> StageData:
    data = toy_data(scenes, labelled=labelled)
    return StageData(without_class(data.source, folder), data.labelled, data.unlabelled)


def seen(data: StageData) -> bool:
    """Whether a labelled target image shows the class."""
    return any((np.asarray(Image.open(str(s.label))) == ABSENT).any() for s in data.labelled)


def test_a_class_of_the_target_alone_is_learnt_once_it_is_labelled(
    scenes: Path, tmp_path: Path
) -> None:
    config = toy_config(steps=4, crop=[64, 96], batch_labelled=4, flip=0.0, contrastive_start=0.0)
    known = {}
    for labelled in (0, 6):
        data = open_set(scenes, tmp_path, labelled=labelled)
        assert seen(data) is bool(labelled)
        training = Training(config, data, None)
        losses = [training.advance() for _ in range(4)]
        training.close()
        assert isinstance(training.recipe, Stal)
        assert all(value.isfinite() for each in losses for value in each.values())
        known[labelled] = bool(training.recipe.confidence.seen[ABSENT])
        # Its output is there from the beginning: the label space is that of both domains.
        assert [p.shape[0] for p in training.student.classify.parameters()] == [8, 8]

    assert known == {0: False, 6: True}


def test_source_free_goes_on_from_the_sources_model_without_its_images(
    scenes: Path, tmp_path: Path
) -> None:
    def train(config_of: dict[str, object], data: StageData, name: str, start: Path | None) -> Path:
        return train_stage(
            toy_config(steps=2, **config_of),
            data,
            tmp_path / name,
            start_from=start,
            on_progress=lambda _progress: None,
            should_stop=lambda: False,
        )

    data = toy_data(scenes, labelled=2)
    only_source = StageData(source=data.source, unlabelled=data.unlabelled)
    free = StageData(labelled=data.labelled, unlabelled=data.unlabelled)

    first = train({"recipe": "supervised"}, only_source, "first", None)
    second = train({}, free, "second", first)

    weights = [(model / "model.safetensors").read_bytes() for model in (first, second)]
    assert weights[0] != weights[1]
