"""Copy-paste by class."""

import numpy as np

from worker.ml.augment.copy_paste import copy_paste


def test_pastes_the_chosen_class_and_never_void() -> None:
    image, labels = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.uint8)
    other = np.full((2, 2, 3), 9, np.uint8)
    other_labels = np.array([[6, 0], [5, 255]], np.uint8)

    mixed, ids = copy_paste(image, labels, other, other_labels, {6, 7, 255})

    assert ids.tolist() == [[6, 0], [0, 0]]
    assert mixed[..., 0].tolist() == [[9, 0], [0, 0]]
    assert ids.dtype == np.uint8
