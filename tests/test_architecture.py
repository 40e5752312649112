"""The doors between the parts hold, and they are real: a forbidden import is noticed."""

from __future__ import annotations

import graphlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.source_tree import PRODUCT, ROOT

AIM, LIMIT = 300, 400
REASON = re.compile(r"long because: \S")


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of the tree at `root`, in a process of its own."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_contract_holds() -> None:
    checked = lint_imports(ROOT)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout


@pytest.mark.parametrize(
    ("module", "forbidden", "contract"),
    [
        ("server/services/unit_of_work.py", "worker.jobs", "never imports the worker"),
        ("server/rules/rounds.py", "server.db.engine", "server layers"),
        ("worker/ml/config.py", "sqlalchemy", "worker.ml is pure"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(
    tmp_path: Path, module: str, forbidden: str, contract: str
) -> None:
    for name in PRODUCT:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {forbidden}\n")

    checked = lint_imports(tmp_path)

    assert checked.returncode == 1, checked.stdout + checked.stderr
    broken = [line for line in checked.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(contract in line for line in broken), checked.stdout


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph(
        "server",
        "worker",
        "webui",
        "migrations",
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    # Raises CycleError, which names the modules of the circle.
    order = list(graphlib.TopologicalSorter(imports).static_order())

    assert "server.settings" in order


def written_files() -> list[Path]:
    """Return the files that people wrote; migrations are generated and `vendor` is others'."""
    folders = ("server", "worker", "webui", "tests", "benchmarks")
    return sorted(
        path
        for folder in folders
        for suffix in ("py", "js", "css", "html")
        for path in (ROOT / folder).rglob(f"*.{suffix}")
        if "vendor" not in path.parts
    )


def test_long_files_say_why_and_none_is_very_long() -> None:
    complaints = []
    for path in written_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        excused = any(REASON.search(line) for line in lines[:15])
        if len(lines) > LIMIT or (len(lines) > AIM and not excused):
            complaints.append(f"{path.relative_to(ROOT)}: {len(lines)} lines")

    assert complaints == []
