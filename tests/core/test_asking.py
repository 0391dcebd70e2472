"""What a page asks (`queries/`) holds no words of a page, refuses nothing and logs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from pqip.env import PROJECT

APPS = ("workforce", "learners", "assessments", "reports")
#: Two words beside each other, or one with a capital: what people read. SQL has its own.
WORDS = re.compile(r"[A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}|^[A-Z][a-z]+$")
SQL = re.compile(r"\b(?:SELECT|WHERE|JOIN)\b|ANY\(")
#: Faults of who writes the program, which no page shows.
OF_DEVELOPERS = {"LookupError", "KeyError", "TypeError", "ValueError"}
NOT_ASKING = re.compile(
    r"^logging$|access_log|core\.(?:errors|formats)|exceptions|\.(?:presenters|forms|views|actions)\b|\bgovuk\b"
)


def texts(tree: ast.Module) -> Iterator[str]:
    """What a module says in strings, without its docstrings; … stands for each value put into one."""
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    for node in joined:
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docs | parts:
            yield node.value if isinstance(node.value, str) else ""


def beyond_asking(source: str) -> list[str]:
    """What a module does beside asking: words of a page, refusals, the log."""
    tree = ast.parse(source)
    found = [
        f"says {text!r}" for text in texts(tree) if WORDS.search(text) and not SQL.search(text)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(raised) if raised else "again"
            found += [] if name in OF_DEVELOPERS else [f"raises {name}"]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(one.name for one in node.names)]
            found += [f"imports {name}" for name in names if NOT_ASKING.search(name)]
    return found


@pytest.mark.parametrize("app", APPS)
def test_what_a_page_asks_holds_no_words_refuses_nothing_and_logs_nothing(app: str) -> None:
    """Words are the presenters' and rules', refusals the actions' and views', and whoever shows something logs it."""
    found = {
        path.name: beyond
        for path in sorted((PROJECT / app / "queries").glob("*.py"))
        if (beyond := beyond_asking(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "beyond"),
    [
        ("raise RuleBroken(code)", "raises RuleBroken"),
        ("raise Http404", "raises Http404"),
        ("try:\n    pass\nexcept OSError:\n    raise", "raises again"),
        ("import logging", "imports logging"),
        ("from pqip.core.access_log import log_access", "imports pqip.core.access_log"),
        ("from learners.presenters import record", "imports learners.presenters"),
        ("found = 'Not recorded'", "says 'Not recorded'"),
        ("found = 'Yes'", "says 'Yes'"),
        ("found = f'{name} is not here.'", "says '… is not here.'"),
        ("raise LookupError(name)", ""),
        ("sql = 'SELECT id FROM workforce_person WHERE region_id = 1'", ""),
        ('def people():\n    """Everybody within reach."""', ""),
    ],
)
def test_what_is_beyond_asking_is_found(source: str, beyond: str) -> None:
    assert beyond in "; ".join(beyond_asking(source))
    assert bool(beyond_asking(source)) == bool(beyond)
