"""Habits that are read from the source: one clock, no trust in data, nothing of this machine, templates that hold no script.

Ruff holds the rest (`print`, `eval`, `pickle`, shells, SQL made of text); tests/access/test_scope.py that pages read
through scope; tests/jobs/test_settings.py that only one module publishes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("pqip", "workforce", "learners", "assessments", "reports")
#: Top-level folders that people write in; everything else is made by tools.
WRITTEN = {*APPS, "templates", "static", "tests", "docs", "tools", ".ci"}
MADE = {"build", "__pycache__", "node_modules"}
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".css",
    ".js",
    ".mjs",
    ".sh",
    ".sql",
    ".csv",
    ".toml",
    ".yml",
    ".json",
    ".in",
    "",
}

#: Parts of pages, which extend nothing.
PARTS = ("base.html", "components/", "shell/")
#: The modules that say of markup that it is safe: their own constants, filled in by `format`, which escapes; and the library's.
MARKS_SAFE = {
    f"pqip/govuk/{name}.py"
    for name in ("carried", "components", "groups", "jinja", "library", "tables")
}
#: Modules that hand the database an f-string, of names that are the project's own and never of what somebody typed.
COMPOSE_SQL = {
    "pqip/core/acting.py": "names of settings",
    "pqip/core/bulk.py": "a model's table and columns",
    "pqip/core/then.py": "tables and conditions of the facts that what is kept follows from",
    "pqip/embedded/servers.py": "the embedded database and its roles",
    "reports/derived/forecasts.py": "tables of the ledgers that a kept answer follows from",
    "reports/queries/places.py": "tables of places",
}
CLOCKS = {
    "timezone.now",
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.time",
    "time.localtime",
}
EVENTS = (
    "click|change|input|submit|load|error|focus|blur|toggle|key[a-z]+|mouse[a-z]+|pointer[a-z]+"
)
HOSTS = re.compile(
    r"https?://[^\s/]*(?:"
    + "|".join(["py" + "pi", "npm" + "js", "nex" + "us", "artif" + "actory"])
    + ")"
)
MACHINES = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(["work", "root", "Users", r"home/(?!somebody)\w+"])
    + r")/\w|/tmp/[\w-]+/"
)


def files() -> Iterator[Path]:
    """Every file of the project that people write, locks included."""
    top = [path for path in PROJECT.iterdir() if path.is_file() and path.name != ".env"]
    inner = [path for folder in WRITTEN for path in (PROJECT / folder).rglob("*") if path.is_file()]
    yield from (
        path
        for path in [*top, *inner]
        if path.suffix in TEXT and not MADE & set(path.relative_to(PROJECT).parts)
    )


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


SOURCES = sorted(path for app in APPS for path in (PROJECT / app).rglob("*.py"))
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module: the last two names of what is called, and the call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:]), node


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_keeps_the_habits(path: Path) -> None:
    text, module = path.read_text(encoding="utf-8"), named(path)
    assert "csrf_exempt" not in text
    assert not re.search(r"\b(?:mark_safe|Markup)\(", text) or module in MARKS_SAFE
    for called, node in calls(path):
        assert module == "pqip/core/clock.py" or called not in CLOCKS, (
            f"line {node.lineno}: ask pqip.core.clock"
        )
        if (
            called.rpartition(".")[2]
            in {"execute", "executemany", "copy_expert", "raw", "extra", "RawSQL"}
            and node.args
        ):
            composed = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            assert not composed or module in COMPOSE_SQL, (
                f"line {node.lineno}: give values as parameters"
            )


def test_what_composes_sql_is_still_there() -> None:
    assert {named(path) for path in SOURCES} >= set(COMPOSE_SQL) | MARKS_SAFE


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_form_names_its_fields(path: Path) -> None:
    """A form writes what it declares and nothing else."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    metas = [
        node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == "Meta"
    ]
    said = [
        ast.unparse(line) for meta in metas for line in meta.body if isinstance(line, ast.Assign)
    ]
    assert [line for line in said if line.startswith("exclude =") or "__all__" in line] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_holds_neither_script_nor_style_nor_trust(path: Path) -> None:
    text, inner = (
        path.read_text(encoding="utf-8"),
        path.relative_to(PROJECT / "templates").as_posix(),
    )
    assert inner.startswith(PARTS) or text.startswith("{% extends "), "a page extends a layout"
    assert not re.search(rf"\sstyle=|<style\b|\son(?:{EVENTS})=|javascript:", text)
    assert re.findall(r"<script\b(?![^>]*\ssrc=)", text) == []
    assert not re.search(r"\|\s*safe\b|\{%-?\s*autoescape\b|\bMarkup\b", text)
    assert "strftime" not in text, "dates are shown by the filters of pqip.core.formats"
    assert 'method="post"' not in text or "csrf" in text


#: Where words are made for people, and the modules there that make capitals of something else.
FOR_PEOPLE = re.compile(
    r"/(?:presenters|views|forms)/|happenings\.py$|(?:presenters|views|forms)\.py$|catalogue/"
)
NO_WORDS = {"workforce/views/access_log.py"}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if FOR_PEOPLE.search(named(path))], ids=named
)
def test_names_keep_their_capitals_within_a_sentence(path: Path) -> None:
    """*Kent, Surrey and Sussex* and *23 October* stay so: `lower_first` and `upper_first` change one letter only."""
    small = {"lower", "capitalize", "title"}
    found = [
        called
        for called, node in calls(path)
        if called.rpartition(".")[2] in small and not node.args
    ]
    assert found == [] or named(path) in NO_WORDS


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_names_keep_their_capitals_in_a_template(path: Path) -> None:
    assert not re.search(r"\|\s*(?:lower|upper|title|capfirst)\b", path.read_text(encoding="utf-8"))


def test_on_paper_a_link_is_its_words() -> None:
    """The design system adds addresses, which say nothing within a service that is reached by signing in."""
    style = (PROJECT / "static/css/pqip.css").read_text(encoding="utf-8")
    printed = style[style.index("@media print") :].partition("\n}")[0]
    assert re.search(r"a\[href\]::after \{ content: none !important; \}", printed)


def test_nothing_is_left_to_do_and_nothing_tells_of_a_machine() -> None:
    left = re.compile(
        r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b"
    )
    found = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if left.search(line) or HOSTS.search(line) or MACHINES.search(line)
    ]
    assert found == []
