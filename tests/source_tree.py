"""Where the product's own source lies, for the tests that read it as text or as a tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PRODUCT = ("server", "worker", "webui", "migrations")
"""The top-level packages that the wheel holds."""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below the folders of the repository, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Parse each Python file below the folders; yields its path from the root and its tree."""
    for path in python_files(*folders):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
