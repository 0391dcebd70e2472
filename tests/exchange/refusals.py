"""Every refusal that an action can give, read from the source: what is raised in actions, rules and the facts they ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("learners", "workforce", "assessments")
#: Rooms that refuse by what actions and rules say, or that no action reaches.
OTHER_ROOMS = ("views", "forms", "imports", "migrations", "management", "presenters", "accounts")
#: Ground-floor rules that actions ask.
SHARED = ("pqip/core/pii_check.py", "pqip/core/refusals.py")
REFUSALS = ("RuleBroken", "Conflict")
#: What stands where a refusal puts a value.
VALUE = "…"


@dataclass(frozen=True, order=True)
class Refusal:
    """A refusal as it stands in the source: the module, and its words with … for each value."""

    module: str
    words: str


def refusals() -> list[Refusal]:
    """All of them, each once."""
    return sorted({refusal for path in _sources() for refusal in _of(path)})


def _sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not set(path.relative_to(ROOT).parts) & set(OTHER_ROOMS):
                yield path
    yield from (ROOT / name for name in SHARED)


def _of(path: Path) -> Iterator[Refusal]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in REFUSALS
            and node.args
        ):
            yield Refusal(module, _words(node.args[0], constants))


def _words(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    """The words of a message; those that a function or a variable makes are named by it."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                part.value if isinstance(part, ast.Constant) else VALUE for part in parts
            )
        case ast.Name(id=name) if name in constants:
            return _words(constants[name], constants)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left, constants) + _words(right, constants)
        case _:
            return f"({ast.unparse(node)})"
