"""Which pure tests can tell a mutant of a file: those that import it, by themselves or through what they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.mutants.settings import ROOT

#: Looks at every module of rules by importing them all.
EVERYWHERE = "test_frozen.py"


def reaching(path: Path) -> list[list[str]]:
    """Two lists of test files: who imports the file, the one of its name first, and who reaches it through something else."""
    module = module_of(path)
    direct, through = [], []
    for test in sorted((ROOT / "tests").glob("*/rules/test_*.py")):
        name = str(test.relative_to(ROOT))
        if module in _imported_by(test):
            direct.append(name)
        elif module in _reached(test) or (
            test.name == EVERYWHERE and Path(name).parts[1] == path.parts[0]
        ):
            through.append(name)
    direct.sort(key=lambda name: not Path(name).name.startswith(f"test_{path.stem}"))
    return [names for names in (direct, through) if names]


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def _reached(file: Path) -> frozenset[str]:
    """Modules of the project that importing a file imports."""
    found: set[str] = set()
    todo = [file]
    while todo:
        for module in _imported_by(todo.pop()) - found:
            found.add(module)
            todo += _files(module)
    return frozenset(found)


@cache
def _imported_by(file: Path) -> frozenset[str]:
    """Modules that a file names in its imports, with the packages they are in."""
    here = list(file.relative_to(ROOT).parent.parts)
    named = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            named |= {module, *(f"{module}.{each.name}" for each in node.names)}
        elif isinstance(node, ast.Import):
            named |= {each.name for each in node.names}
    return frozenset(each for name in named for each in _with_packages(name))


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _files(module: str) -> list[Path]:
    stem = ROOT / Path(*module.split("."))
    return [each for each in (stem.with_suffix(".py"), stem / "__init__.py") if each.is_file()]
