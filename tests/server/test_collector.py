import gc
from collections.abc import Iterator

import pytest

from server import collector


@pytest.fixture
def _restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("_restored")
def test_what_is_loaded_is_never_looked_at_again() -> None:
    kept = {"a": [1]}

    collector.settle()

    assert gc.get_freeze_count() > 10_000
    assert not [each for each in gc.get_objects() if each is kept]
    assert gc.get_threshold()[0] == collector.YOUNG
