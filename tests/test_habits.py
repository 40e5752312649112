"""Habits that no linter knows: who commits, who reads the environment, what is never called.

Each check is a function from a syntax tree to complaints, so that planted examples show that it
notices what it is for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.source_tree import trees

Check = Callable[[ast.Module], Iterator[str]]

PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for names and attributes; the unknown part of anything else is empty."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def commits(tree: ast.Module) -> Iterator[str]:
    """Find what ends a transaction: `.commit()`, and the blocks that commit when they end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "commit":
                yield f"line {node.lineno}: commit()"
            elif node.func.attr == "begin" and "session" in dotted(node.func.value).lower():
                yield f"line {node.lineno}: begin() of a session"


def environment_reads(tree: ast.Module) -> Iterator[str]:
    """Find reads and writes of single variables; passing all of it on to a child is no read."""
    handed_on: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            handed_on |= {
                value for key, value in zip(node.keys, node.values, strict=True) if not key
            }
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            handed_on |= {node.left, node.right}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.getenv"}:
            if node not in handed_on:
                yield f"line {node.lineno}: {dotted(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in {"environ", "getenv"}:
                    yield f"line {node.lineno}: from os import {alias.name}"


def dangers(tree: ast.Module) -> Iterator[str]:
    """Find what runs or unpacks bytes that somebody else may have written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {(node.module or "").partition(".")[0]}
        elif isinstance(node, ast.Call):
            yield from dangerous_call(node)
            continue
        else:
            continue
        for name in sorted(names & PICKLES):
            yield f"line {node.lineno}: import {name}"


def dangerous_call(call: ast.Call) -> Iterator[str]:
    """Find the call's danger, if it has one."""
    name = dotted(call.func)
    last = name.rpartition(".")[2]
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    shell = keywords.get("shell")
    if name in {"eval", "exec", "os.system", "os.popen", "__import__"}:
        yield f"line {call.lineno}: {name}()"
    if shell is not None and not is_constant(shell, value=False):
        yield f"line {call.lineno}: shell="
    if name in {"torch.load", "torch.hub.load"} and not is_constant(
        keywords.get("weights_only"), value=True
    ):
        yield f"line {call.lineno}: {name}() without weights_only=True"
    if last in {"extractall", "unpack_archive"}:
        yield f"line {call.lineno}: {last}()"
    if name in {"yaml.load", "yaml.unsafe_load", "yaml.full_load"}:
        yield f"line {call.lineno}: {name}()"
    if "allow_pickle" in keywords and not is_constant(keywords["allow_pickle"], value=False):
        yield f"line {call.lineno}: allow_pickle="


def is_constant(node: ast.expr | None, *, value: bool) -> bool:
    """Whether the expression is this very constant."""
    return isinstance(node, ast.Constant) and node.value is value


def complaints(check: Check, *folders: str, but: frozenset[str] = frozenset()) -> list[str]:
    """Run a check over the product's files, apart from those that are allowed to."""
    return [
        f"{path}, {complaint}"
        for path, tree in trees(*folders)
        if path not in but
        for complaint in check(tree)
    ]


def test_only_the_unit_of_work_commits() -> None:
    allowed = frozenset({"server/services/unit_of_work.py"})

    assert complaints(commits, "server", "worker", but=allowed) == []


def test_only_settings_read_the_environment() -> None:
    allowed = frozenset({"server/settings.py"})

    assert complaints(environment_reads, "server", "worker", but=allowed) == []


def test_nothing_runs_or_unpacks_what_somebody_sent() -> None:
    assert complaints(dangers, "server", "worker", "migrations", "benchmarks") == []


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (commits, "session.commit()"),
        (commits, "with self.sessions.begin() as session: pass"),
        (environment_reads, "import os\nos.environ['HOME']"),
        (environment_reads, "import os\nos.environ.get('HOME')"),
        (environment_reads, "import os\nos.environ['HOME'] = '/'"),
        (environment_reads, "import os\nos.getenv('HOME')"),
        (environment_reads, "from os import environ"),
        (dangers, "import pickle"),
        (dangers, "from dill import load"),
        (dangers, "import marshal as m"),
        (dangers, "eval(text)"),
        (dangers, "exec(text)"),
        (dangers, "subprocess.run(command, shell=True)"),
        (dangers, "subprocess.run(command, shell=flag)"),
        (dangers, "torch.load(path)"),
        (dangers, "torch.load(path, weights_only=False)"),
        (dangers, "archive.extractall(folder)"),
        (dangers, "yaml.load(text)"),
        (dangers, "np.load(path, allow_pickle=True)"),
    ],
)
def test_planted_examples_are_found(check: Check, source: str) -> None:
    assert list(check(ast.parse(source)))


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (commits, "with engine.begin() as connection: pass"),
        (environment_reads, "import os\nrun(env={**os.environ, 'A': 'b'})"),
        (environment_reads, "import os\nrun(env=os.environ | {'A': 'b'})"),
        (dangers, "torch.load(path, weights_only=True)"),
        (dangers, "subprocess.run([command], check=True)"),
        (dangers, "model.eval()"),
    ],
)
def test_harmless_examples_are_not(check: Check, source: str) -> None:
    assert not list(check(ast.parse(source)))
