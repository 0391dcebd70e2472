"""`make mutants`: which faults are made, who judges them, and that what is named as equivalent is still there."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from pqip.env import PROJECT
from tools.mutants.__main__ import Found
from tools.mutants.inside import is_inside, put
from tools.mutants.making import mutants
from tools.mutants.reaching import reaching
from tools.mutants.settings import Name, Settings, named

SETTINGS = Settings.read()
FILES = SETTINGS.files([])
HERE = Path(__file__).relative_to(PROJECT)


def is_at(day: int, first: int, *, days: int | None = 1) -> bool:
    """What is mutated below; never a file that another test mutates."""
    return first <= day and day < first + (days or 6)


def test_faults_at_every_place_but_annotations_and_marks() -> None:
    made = {
        (each.name.line, each.name.becomes)
        for each in mutants(HERE, SETTINGS.operators)
        if each.name.within == "is_at"
    }
    line = "return first <= day and day < first + (days or 6)"
    assert {after for before, after in made if before == line} == {
        line.replace(old, new, 1)
        for old, new in (
            ("<=", "<"), ("<=", "=="), ("<=", "!="), ("<=", ">"), ("<=", ">="), (" < ", " <= "), (" < ", " == "), (" < ", " != "),
            (" < ", " > "), (" < ", " >= "), ("+", "-"), (" and ", " or "), (" or ", " and "), ("6", "5"), ("6", "7"),
        )
    }  # fmt: skip
    (signature,) = {before for before, _after in made} - {line}
    assert signature == "def is_at(day: int, first: int, *, days: int | None = 1) -> bool:"
    assert {after for before, after in made if before == signature} == {
        signature.replace("= 1", "= 2"), signature.replace("= 1", "= 0"),
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=str)
def test_each_file_has_its_judges(path: Path) -> None:
    pure = [test for tests in reaching(path) for test in tests]
    judges = SETTINGS.database[str(path)] if "derived" in path.parts else pure
    assert judges
    assert all((PROJECT / test).is_file() for test in judges)


@pytest.mark.parametrize("name", named(), ids=lambda name: f"{name.file}:{name.within}")
def test_what_is_named_is_there(name: Name) -> None:
    assert Path(name.file) in FILES
    lines = [line.strip() for line in (PROJECT / name.file).read_text().splitlines()]
    assert name.line in lines


@pytest.mark.parametrize(("survived", "named_", "percent"), [(0, 0, 0), (1, 0, 10), (0, 1, 0)])
def test_the_share_that_survives_leaves_out_what_is_named(
    survived: int, named_: int, percent: float
) -> None:
    path, name, other = Path("x.py"), Name("x.py", "f", "a", "b"), Name("x.py", "f", "a", "c")
    found = Found({name: "The same"})
    for _ in range(10 - survived - named_):
        found.add(path, other, 1, killed=True)
    for _ in range(survived):
        found.add(path, other, 1, killed=False)
    for _ in range(named_):
        found.add(path, name, 1, killed=False)
    assert found.percent == percent
    assert found.idle_names() == ([] if named_ else [name])


def test_a_file_that_is_not_mutated_is_said_to_be_none() -> None:
    assert SETTINGS.files(["learners/rules/dates.py"]) == [Path("learners/rules/dates.py")]
    assert Path("learners/rules/entry/facts.py") in SETTINGS.files(["learners/rules"])
    with pytest.raises(SystemExit):
        SETTINGS.files(["learners/models/events.py"])


SOURCE = """
import functools
LIMIT = 3
def wrapped(function):
    return functools.wraps(function)(lambda *given: function(*given))
def plain(day, more=4):
    return [each + 5 for each in day]
@wrapped
def decorated(day):
    return day + 6
class Kept:
    size = 7
    def method(self, day):
        return day + 8
    @property
    def told(self):
        return 9
    @staticmethod
    def apart(day):
        return day + 10
"""


@pytest.mark.parametrize(
    ("was", "becomes", "is_in_a_function"),
    [
        ("= 3", "= 4", False),
        ("more=4", "more=5", False),
        ("+ 5", "+ 6", True),
        ("+ 6", "- 6", True),
        ("@wrapped\n", "\n", False),
        ("size = 7", "size = 8", False),
        ("+ 8", "+ 9", True),
        ("return 9", "return 10", True),
        ("+ 10", "- 10", True),
    ],
)
def test_faults_in_functions_are_put_in_place_and_others_are_not(
    was: str, becomes: str, is_in_a_function: bool
) -> None:
    assert is_inside(SOURCE, SOURCE.replace(was, becomes, 1)) is is_in_a_function


def test_whoever_imported_a_function_has_the_fault() -> None:
    module = ModuleType("kept")
    exec(SOURCE, vars(module))
    plain, decorated, kept = module.plain, module.decorated, module.Kept()

    def answers() -> list[object]:
        return [plain([1]), decorated(1), kept.method(1), kept.told, kept.apart(1)]

    assert answers() == [[6], 7, 9, 9, 11]
    put(module, SOURCE.replace("+", "-").replace("return 9", "return 0"))
    assert answers() == [[-4], -5, -7, 0, -9]
    put(module, SOURCE)
    assert answers() == [[6], 7, 9, 9, 11]


def test_a_function_that_is_not_there_is_no_mutant_that_dies_unseen() -> None:
    module = ModuleType("kept")
    exec(SOURCE, vars(module))
    del module.plain
    with pytest.raises(LookupError, match="kept has no plain"):
        put(module, SOURCE)
