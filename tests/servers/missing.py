"""What happens when a test lacks something of the machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip, or fail where everything is required (`MASKLOOP_REQUIRE_ALL=1`, as in CI)."""
    if os.environ.get("MASKLOOP_REQUIRE_ALL") == "1":
        pytest.fail(f"required here, but missing: {reason}", pytrace=False)
    pytest.skip(reason)
