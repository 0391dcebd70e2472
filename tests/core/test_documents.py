"""What a document names is there: files and folders, what stands in them, and what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from pqip.env import PROJECT

DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]
#: Folders that tools make, which a document may name and a clone need not have.
MADE = {".venv", "node_modules", "var", ".git", "__pycache__"}
FOLDERS = {path.name for path in PROJECT.iterdir() if path.is_dir()} - MADE
APPS = ("pqip", "workforce", "learners", "assessments", "reports")
ENDINGS = "py|md|csv|sql|html|toml|txt|in|sh|yml|yaml|json"

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s#]+)[^)\s]*\)")
#: A path, of which `*` stands for a part, and what stands in the file: `rules/units.py::met`.
FILE = re.compile(rf"((?:[\w.*-]+/)*[\w.*-]+\.(?:{ENDINGS}))(?:::([\w*]+))?")
FOLDER = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(FOLDERS)))})/[\w./*-]*")
#: A module and a name in it: what is imported in an example, and `learners.facts.status.entries`.
IMPORT = re.compile(rf"^ {{4,}}from ((?:{'|'.join(APPS)})[.\w]*) import ([\w, ]+)$", re.MULTILINE)
DOTTED = re.compile(rf"({'|'.join(APPS)})\.([a-z_]+(?:\.\w+)+)(?:\(\))?")


def present() -> Iterator[str]:
    """Every file and folder of the project that people write, from its root on."""
    for top in PROJECT.iterdir():
        if top.name not in MADE:
            found = [top, *top.rglob("*")] if top.is_dir() else [top]
            inner = (path.relative_to(PROJECT) for path in found)
            yield from (path.as_posix() for path in inner if not MADE & {*path.parts})


PRESENT = set(present())


def places(named: str) -> list[str]:
    """The paths that a document may mean: a whole one, or the end of one (`rules/units.py`)."""
    ends = [named, f"*/{named}"]
    if "*" in named:
        return [path for path in PRESENT for end in ends if fnmatch(path, end)]
    return [path for path in PRESENT if path == named or path.endswith(ends[1][1:])]


def is_there(word: str) -> bool:
    """False for a file, a folder or a name in a module that the project has not got. Every other word is."""
    if file := FILE.fullmatch(word):
        found, name = places(file[1]), file[2]
        return any(not name or holds(path, name) for path in found)
    if FOLDER.fullmatch(word):
        return bool(places(word.rstrip("/")))
    if dotted := DOTTED.fullmatch(word):
        return is_in_a_module([dotted[1], *dotted[2].split(".")])
    return True


def is_in_a_module(parts: list[str]) -> bool:
    """Whether the parts name a module or package, or what stands in one."""
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        for module in (f"{path}.py", f"{path}/__init__.py"):
            if module in PRESENT:
                return length == len(parts) or holds(module, parts[length])
    return False


def holds(path: str, name: str) -> bool:
    """Whether a name stands in a file; `*` is the rest of one."""
    words = re.escape(name).replace(r"\*", r"\w*")
    return re.search(rf"\b{words}\b", (PROJECT / path).read_text(encoding="utf-8")) is not None


def named_in(document: Path) -> Iterator[str]:
    """Every word that stands as code, and what blocks of code import."""
    text = document.read_text(encoding="utf-8")
    for code in CODE.findall(text):
        yield from (word.rstrip(",;:") for word in code.split())
    for module, names in IMPORT.findall(text):
        yield from (f"{module}.{name.strip()}" for name in names.split(","))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    assert sorted({word for word in named_in(document) if not is_there(word)}) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_links_to_is_there(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    ours = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in ours if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(
    "word",
    [
        "rules/agreement.py",
        "rules/units.py::no_such_name",
        "learners/nowhere/",
        "learners.facts.status.no_such_name",
    ],
)
def test_what_is_not_there_is_found(word: str) -> None:
    assert not is_there(word)
