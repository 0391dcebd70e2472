"""docs/trust.md: every identifier once, an answer of three, tests that exist, and counts that add up."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PAGE = (TESTS.parent / "docs" / "trust.md").read_text(encoding="utf-8")
#: How many there are of each kind.
STATEMENTS = {
    "AZ": 20, "AU": 16, "HD": 11, "IN": 20, "OUT": 13, "AL": 14, "BG": 6, "PR": 12, "SDC": 8, "CF": 10, "RL": 19, "DB": 10,
    "REP": 8, "OPS": 9, "UX": 18, "AX": 9, "CH": 8, "CY": 5,
}  # fmt: skip
FAULTS = {"F": 40}
ANSWERS = ["held", "not applicable", "not done"]
ROW = re.compile(r"^\| ([A-Z]+)(\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
#: A test, or the file of several: `folder/test_x.py::test_y`, then `test_z` of the same file.
NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)?(?:(?:::)?(test_\w+))?`")

ROWS = [
    (kind, int(number), said, answer, by) for kind, number, said, answer, by in ROW.findall(PAGE)
]


@cache
def functions(file: str) -> set[str]:
    """The tests of a file, by their names; nothing where there is no such file."""
    path = TESTS / file
    if not path.is_file():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def named_in(by: str) -> list[tuple[str, str]]:
    """Every test that a row names: its file, and its function (nothing for the whole file)."""
    found, file = [], ""
    for named, function in NAMED.findall(by):
        file = named or file
        if named or function:
            found.append((file, function))
    return found


def test_every_identifier_stands_once() -> None:
    wanted = [
        (kind, number)
        for kind, count in (STATEMENTS | FAULTS).items()
        for number in range(1, count + 1)
    ]
    assert (sum(STATEMENTS.values()), sum(FAULTS.values())) == (216, 40)
    assert sorted((kind, number) for kind, number, *_ in ROWS) == sorted(wanted)


@pytest.mark.parametrize(
    ("kind", "number", "said", "answer", "by"), ROWS, ids=[f"{row[0]}{row[1]}" for row in ROWS]
)
def test_an_answer_is_one_of_three_and_its_tests_exist(
    kind: str, number: int, said: str, answer: str, by: str
) -> None:
    named = named_in(by)
    assert answer in ANSWERS
    assert len(said) > 10
    assert named or answer != "held", "by which test?"
    assert [
        (file, function)
        for file, function in named
        if not functions(file) or function not in {"", *functions(file)}
    ] == []
    assert answer != "held" or all(function for _file, function in named), "which test of the file?"


def test_the_head_of_the_page_gives_the_counts() -> None:
    for title, kinds in (("statements", STATEMENTS), ("faults", FAULTS)):
        counted = Counter(answer for kind, _number, _said, answer, _by in ROWS if kind in kinds)
        line = " | ".join(str(counted[answer]) for answer in ANSWERS)
        assert f"| {title} | {line} |" in PAGE, f"| {title} | {line} |"
