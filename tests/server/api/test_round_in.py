"""What a round may ask for together, and what excludes what."""

from typing import Any

import pytest
from pydantic import ValidationError

from server.api.plans import RoundIn


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "one of k, percent"),
        ({"k": 3, "percent": 5}, "one of k, percent"),
        ({"percent": 0}, "greater than 0"),
        ({"percent": 101}, "less than or equal to 100"),
        ({"k": 1, "source": "drop", "initial": "backbone"}, "only the last model"),
        ({"k": 1, "strategy": "core_set", "regions": 4}, "compares whole images"),
        ({"k": 1, "regions": 17}, "less than or equal to 16"),
    ],
)
def test_what_cannot_be_together_is_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        RoundIn.model_validate(given)


def test_only_what_is_said_overrides_the_projects_settings() -> None:
    assert RoundIn.model_validate({"percent": 2.2}).config() == {}
    said = RoundIn.model_validate({"k": 1, "source": "drop", "regions": 4, "steps": 9})
    assert said.config() == {"source": "drop", "regions": 4, "steps": 9}
