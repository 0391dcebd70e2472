"""The driver itself: it finds what breaks, makes it short, and tells refusals from faults. A lamp stands for the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from pqip.core.errors import RuleBroken
from tests.machines.driver import Broken, Draw, Machine, Move, Nothing, Table, again, drive, play

steps = Table()


class Lamp:
    """Switched and knocked; it must never be hot while it is off."""

    changed = True

    def __init__(self) -> None:
        self.said, self.on, self.heat = "", False, 0

    def one_step(self) -> Any:
        return nullcontext()

    def ask_again(self) -> Iterator[Broken]:
        yield from ()

    at_the_end = ask_again


@steps(3)
def switch(lamp: Lamp, draw: Draw) -> None:
    lamp.on = not lamp.on
    lamp.said = f"it is switched {'on' if lamp.on else 'off'}"


@steps(3)
def wait(lamp: Lamp, draw: Draw) -> None:
    if not lamp.on:
        raise RuleBroken("It is off.")
    lamp.heat = draw.number(100)
    lamp.said = f"it is {lamp.heat} degrees hot"


@steps(2)
def look(lamp: Lamp, draw: Draw) -> None:
    raise Nothing


def holds(lamp: Lamp) -> Iterator[Broken]:
    if lamp.heat > 10 and not lamp.on:
        yield Broken("hot while off", f"{lamp.heat} degrees")


@contextmanager
def begin() -> Iterator[Lamp]:
    yield Lamp()


LAMP = Machine("Lamp", steps, begin, holds)


def test_what_breaks_is_found_and_made_short() -> None:
    driven = drive(LAMP, seed=1, length=40, sequences=20, tell=lambda _: None)
    seed, played = driven.found["hot while off, by switch"]
    assert [move.name for move in played.moves] == ["switch", "wait", "switch"]
    assert [line.partition(". ")[2] for line in played.story][::2] == [
        "it is switched on",
        "it is switched off",
    ]
    assert f"seed {seed}" in driven.told(LAMP)
    assert "=> hot while off, by switch:" in driven.told(LAMP)


def test_the_same_seed_is_the_same_sequence() -> None:
    first, second = (
        drive(LAMP, seed=7, length=40, sequences=5, tell=lambda _: None) for _ in range(2)
    )
    assert first.told(LAMP) == second.told(LAMP)


def test_a_refusal_is_no_fault_and_what_is_no_refusal_is_one() -> None:
    table = Table()

    @table()
    def refuse(lamp: Lamp, draw: Draw) -> None:
        raise RuleBroken("Not now.")

    @table()
    def fail(lamp: Lamp, draw: Draw) -> None:
        raise ZeroDivisionError

    machine = Machine("Two", table, begin, holds)
    assert play(machine, again([Move("refuse", [])])).broken is None
    broken = play(machine, again([Move("refuse", []), Move("fail", [])])).broken
    assert broken is not None
    assert broken.kind == "ZeroDivisionError, by fail"


def test_what_is_known_is_passed_over() -> None:
    driven = drive(LAMP, seed=1, length=40, sequences=20, go_on=True, tell=lambda _: None)
    assert list(driven.found) == ["hot while off, by switch"]
    assert driven.sequences == 20


def test_a_choice_past_the_numbers_is_the_first() -> None:
    draw = Draw([5])
    assert (draw.one("abc"), draw.one("abc"), draw.often(50), draw.some("ab")) == (
        "c",
        "a",
        True,
        ["a", "b"],
    )
    with pytest.raises(Nothing):
        draw.one([])
