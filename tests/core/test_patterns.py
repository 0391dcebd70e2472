"""Every pattern of the project on text that was made to keep it busy: bounded time, however it is used.

The patterns are read from the modules themselves, and where each is used from the source. What a setting brings as a pattern is
held to a form that is quick on any staff number.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from pqip import env
from pqip.exchange.reading.sheets import shown
from workforce.rules import numbers

APPS = ("pqip", "workforce", "learners", "assessments", "reports")
LONG, SHORT, TRIED, SECONDS = 100_000, 2_000, 6, 0.05
#: Patterns on what the service itself writes, or its database's files.
OWN = ("pqip.embedded", "pqip.demo", "migrations")
WAYS = ("match", "fullmatch", "search", "sub", "finditer", "split", "findall")
SOURCE = "\n".join(path.read_text() for app in APPS for path in sorted(Path(app).rglob("*.py")))
#: What is given to each: one sign, or a few in turn, again and again, and then something that fits nothing.
SIGNS = [*"a0A'\"-=+.,;:/(<[\\@#% _", "\t", "\n", "\xa0", "é", "\u0301"]
TURNS = [
    "a ", "1,", "1,000", "1.", ".0", "1e", "e+", "'\"", "\"'", "''\"", "a@", "a.", "a-", "@a.a", "0 ", "01", "1/", "12/", "A1",
    "a\n", "\r\n", "(\\", "((", "()", "<<", "<>", "[[", "/a", "1 0 obj", "obj(", "obj<", "trailer<<", "% \n", "%\n stream",
    " stream", "DDE", "DDE ", "QUOTE ", "QUOTE 1", "../", "./", "a:", "file:", "vbaproject", "vbaproject/", "xl/", "basic/",
    "_x0041_", "_x004", "T00:00:00", "T00:00:00.0", "#N/A", "Err:", "Err:1", "APP:", "APP:0", "19/1", "2012/1", "A123456", "[h]",
    "\\x", "am/", "S1a", "sep=",
]  # fmt: skip


def modules() -> Iterator[ModuleType]:
    """Every module of the project, those that child processes run too."""
    looking, reading = Path("pqip/core/files").resolve(), Path("pqip/exchange/reading").resolve()
    for app in APPS:
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not any(own in found.name for own in OWN) and not found.name.endswith(
                (".child", ".wsgi", "pqip.settings.test")
            ):
                yield importlib.import_module(found.name)
    sys.path[:0] = [str(looking), str(reading)]


def within(value: Any, name: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from within(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from within(inner, name)


def patterns() -> dict[str, re.Pattern[Any]]:
    """By module and name, every pattern that a module or a class of it holds."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in modules():
        held = [
            (name, value)
            for name, value in vars(module).items()
            if not isinstance(value, ModuleType)
        ]
        held += [(name, value) for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__
                 for name, value in vars(each).items()]  # fmt: skip
        for name, value in held:
            for number, (named, pattern) in enumerate(within(value, name)):
                found.setdefault(f"{module.__name__}.{named}.{number}", pattern)
    return found


#: Each once, however many modules have it.
PATTERNS = {
    name: pattern
    for pattern, name in {pattern: name for name, pattern in patterns().items()}.items()
}


#: Patterns that are written where they are used.
for _number, (_way, _said) in enumerate(
    re.findall(rf"\bre\.({'|'.join(WAYS)})\(r\"([^\"]+)\"", SOURCE)
):
    PATTERNS[f"written.{_way}.{_number}"] = re.compile(_said)
USES: dict[str, set[str]] = {}
for _name, _way in re.findall(rf"\b(\w+)\.({'|'.join(WAYS)})\(", SOURCE):
    USES.setdefault(_name, set()).add(_way)


def ways(name: str) -> set[str]:
    """How it is used by that name; in the two most demanding ways where the source does not say."""
    named = name.split(".")[-2]
    return {named} if named in WAYS else USES.get(named, {"search", "fullmatch"})


#: Patterns whose text is cut off before they see it, and where.
CUT = {"pqip.exchange.reading.sheets.shown.TOKEN.0": shown.LONGEST}


def text_of(turn: str, length: int) -> str:
    return turn * (length // len(turn)) + "\0"


def busy(pattern: re.Pattern[Any], way: str, text: str) -> float:
    """Seconds of work on a text, used in one way."""
    said: Any = (
        text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
    )
    began = time.process_time()
    result = pattern.sub(type(said)(), said) if way == "sub" else getattr(pattern, way)(said)
    if way == "finditer":
        for _ in result:
            pass
    return time.process_time() - began


def slowest(pattern: re.Pattern[Any], used: set[str], longest: int = LONG) -> tuple[float, str]:
    """The longest that a long text kept it busy, of those that do so most when they are short, and which that was."""
    worst = (0.0, "")
    for way in used:
        ranked = sorted(
            [*SIGNS, *TURNS],
            key=lambda turn: busy(pattern, way, text_of(turn, min(SHORT, longest))),
        )
        for turn in ranked[-TRIED:]:
            worst = max(
                worst,
                (busy(pattern, way, text_of(turn, longest)), f"{way} of {turn!r} again and again"),
            )
    return worst


def test_the_patterns_are_found() -> None:
    """Each that the source compiles, so that the test below is of all of them."""
    compiled = len(re.findall(r"\bre\.compile\(", SOURCE))
    found = sum(not name.startswith("written.") for name in PATTERNS)
    assert found >= compiled - 4, "embedded servers and made-up data have some"
    for name in (
        "FORMULA",
        "IDENTIFIERS",
        "ISO",
        "PLAIN",
        "TOKEN",
        "OBJECT",
        "SPACES",
        "SAFE_ID",
        "FIELDS",
        "REFERENCE",
    ):
        assert any(f".{name}." in found for found in PATTERNS), name


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_text_keeps_a_pattern_busy(name: str) -> None:
    seconds, text = slowest(PATTERNS[name], ways(name), CUT.get(name, LONG))
    assert seconds < SECONDS, f"{seconds:.2f} s for {text}"


@pytest.mark.parametrize(("form", "is_quick"), [
    (".*", True), (r"\d{5,8}|APP:\w+", True), (r"[A-Z]{1,3}\d+", True), (r"(APP:)?\d{4,}", True), (r"(?:[A-Z]\d){2}", True),
    (r"(a+)+", False), (r"(\w*)*", False), (r"(a|a)*", False), (r"(\d+-?)*x", False), (r"(\w+\s?){1,9}", False),
    (r"\w*\w*\w*\w*\w*\w*\w*", False), ("(", False),
])  # fmt: skip
def test_the_form_of_staff_numbers_is_a_quick_one(
    form: str, is_quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a setting says is read once, and refused where a number could keep it busy; the others are tried on long ones."""
    monkeypatch.setenv("PQIP_STAFF_NUMBER_FORM", form)
    if not is_quick:
        with pytest.raises(ImproperlyConfigured, match="PQIP_STAFF_NUMBER_FORM"):
            env.read()
        return
    assert env.read().staff_number_form == form
    for turn in [*SIGNS, *TURNS]:
        began = time.process_time()
        numbers.fault(text_of(turn, LONG), form)
        numbers.fault(text_of(turn, numbers.LONGEST), form)
        assert time.process_time() - began < SECONDS, turn
