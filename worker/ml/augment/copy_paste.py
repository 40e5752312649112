"""Pasting the pixels of chosen classes from one labelled crop onto another."""

from collections.abc import Collection

import numpy as np

from worker.ml.losses import IGNORE


def copy_paste(
    image: np.ndarray,
    labels: np.ndarray,
    paste_image: np.ndarray,
    paste_labels: np.ndarray,
    classes: Collection[int],
) -> tuple[np.ndarray, np.ndarray]:
    """Every pixel whose paste label is among `classes` replaces image and label at its place.

    Void is never pasted. Both label maps come through one loader, so ids mean the same in both.
    """
    chosen = np.isin(paste_labels, [c for c in classes if c != IGNORE])
    return (
        np.where(chosen[..., None], paste_image, image),
        np.where(chosen, paste_labels, labels),
    )
