"""The wheel holds what runs and nothing else; an editable install would hide a missing file."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from tests.source_tree import PRODUCT, ROOT

IGNORED = {".pyc"}


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel with the installed hatchling and list it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    built = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_product_is_in_the_wheel(wheel_names: set[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *PRODUCT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    # Outside a checkout (an unpacked sdist) the folder itself is the list.
    listed = tracked.stdout.split() if tracked.returncode == 0 else on_disk()

    assert set(listed) - wheel_names == set()


def on_disk() -> list[str]:
    """List the product's files as they lie on the disk."""
    return [
        path.relative_to(ROOT).as_posix()
        for name in PRODUCT
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix not in IGNORED
    ]


def test_nothing_but_the_product_is_in_the_wheel(wheel_names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel_names}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PRODUCT)


@pytest.mark.parametrize(
    "name",
    [
        "server/settings.py",
        "worker/jobs/__init__.py",
        "webui/index.html",
        "webui/app.js",
        "webui/style/desk.css",
        "migrations/script.py.mako",
        "migrations/versions/0001_first_schema.py",
    ],
)
def test_each_kind_of_file_is_there(wheel_names: set[str], name: str) -> None:
    assert name in wheel_names
