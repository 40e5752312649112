"""Decoding ahead of the network, with a bound."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from worker.ml.inference import ahead, labels_at


def test_results_come_in_order() -> None:
    assert list(ahead(lambda n: n * n, range(20))) == [n * n for n in range(20)]


def test_never_more_than_the_depth_is_taken_ahead() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = ahead(lambda n: n, source(), depth=3)
    assert next(results) == 0

    assert len(taken) == 4


def test_an_error_reaches_the_reader() -> None:
    def work(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        list(ahead(work, [1, 0, 1]))


def test_the_work_is_done_by_another_thread() -> None:
    here = threading.get_ident()

    assert here not in list(ahead(lambda _: threading.get_ident(), range(3)))


def test_labels_are_the_argmax_of_the_resized_logits() -> None:
    logits = torch.randn(1, 5, 4, 6, generator=torch.Generator().manual_seed(0))

    ids = labels_at(logits, (13, 21))

    full = torch.nn.functional.interpolate(logits, (13, 21), mode="bilinear", align_corners=False)
    assert np.array_equal(ids, full.argmax(dim=1)[0].numpy())
