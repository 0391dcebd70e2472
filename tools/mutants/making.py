"""The mutants of a file: Cosmic Ray's operators wherever one applies, but for annotations, which nothing evaluates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code

from tools.mutants.settings import ROOT, Name

Place = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """A file with one fault."""

    name: Name
    number: int
    source: str


def mutants(path: Path, patterns: list[str]) -> Iterator[Mutant]:
    """Every mutant of the file that Python reads, by the operators whose name fits a pattern."""
    source = (ROOT / path).read_text()
    tree, skipped = get_ast(source), list(_annotations(source))
    for operator in _operators(tuple(patterns)):
        places = [
            (node, start)
            for node in ast_nodes(tree)
            for start, _end in operator.mutation_positions(node)
        ]
        for occurrence, (node, start) in enumerate(places):
            if any(begins <= start <= ends for begins, ends in skipped) or _is_mark(node):
                continue
            changed = mutate_code(source, operator, occurrence)
            if changed is None or changed == source or not _is_python(changed):
                continue
            within = ASTQuery(node).get_definition_name() or ""
            number, before, after = _difference(source, changed)
            yield Mutant(Name(str(path), within, before, after), number, changed)


def _is_python(source: str) -> bool:
    """Whether Python reads it. `if not found := …`, which it refuses, is no fault that a test could miss."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


@cache
def _operators(patterns: tuple[str, ...]) -> list[Any]:
    kinds = {
        name: plugins.get_operator(name)
        for name in plugins.operator_names()
        if any(re.fullmatch(f"core/{pattern}", name) for pattern in patterns)
    }
    return [kind() for kind in kinds.values() if not kind.arguments()]


def _is_mark(node: Any) -> bool:
    """Whether it is the star before keyword-only parameters, which is no operator."""
    return node.type == "operator" and node.parent.type in {"parameters", "param"}


def _annotations(source: str) -> Iterator[tuple[Place, Place]]:
    """Where annotations begin and end."""
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            found = getattr(node, name, None)
            if isinstance(found, ast.expr):
                yield (
                    (found.lineno, found.col_offset),
                    (found.end_lineno or 0, found.end_col_offset or 0),
                )


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """The number of the first line that differs, and the lines that do, before and after."""
    old, new = before.splitlines(), after.splitlines()
    first = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )
    same = 0
    while same < min(len(old), len(new)) - first and old[-1 - same] == new[-1 - same]:
        same += 1
    return first + 1, _joined(old[first : len(old) - same]), _joined(new[first : len(new) - same])


def _joined(lines: list[str]) -> str:
    return " / ".join(line.strip() for line in lines)
