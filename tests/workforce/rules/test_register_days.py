"""The professional register to the day: entry, status and declarations; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pqip.core.errors import RuleBroken
from workforce.rules.register import (
    ACTIVE,
    CPD,
    LAPSED,
    REMOVED,
    Change,
    EntryState,
    check_changes,
    check_entry,
    entry_state,
)

DAY = dt.timedelta(days=1)
#: Entered on day 0, and today is day 30.
ENTERED = dt.date(2025, 6, 2)


def on(days: int) -> dt.date:
    return ENTERED + days * DAY


def changes(*said: tuple[str, int]) -> list[Change]:
    return [Change(kind, on(days)) for kind, days in said]


def field(rule: Any, *said: Any) -> str | None:
    try:
        rule(*said)
    except RuleBroken as broken:
        return broken.field
    return None


@pytest.mark.parametrize(("days", "refused"), [
    (-1, "entered_on"), (0, None), (1, None), (29, None), (30, None), (31, "entered_on"),
])  # fmt: skip
def test_entered_from_the_day_qualified_to_today(days: int, refused: str | None) -> None:
    assert field(check_entry, on(0), on(days), on(30)) == refused


@pytest.mark.parametrize(("kind", "name"), [(LAPSED, "status_on"), (CPD, "cpd_declared_on")])
@pytest.mark.parametrize(("days", "is_sound"), [
    (-1, False), (0, True), (1, True), (29, True), (30, True), (31, False),
])  # fmt: skip
def test_a_change_from_the_entry_to_today(kind: str, name: str, days: int, is_sound: bool) -> None:
    found = field(check_changes, on(0), changes((kind, days)), on(30))
    assert found == (None if is_sound else name)


@pytest.mark.parametrize(("said", "is_sound"), [
    ([], True), ([(ACTIVE, 5)], False), ([(LAPSED, 5), (ACTIVE, 6)], True), ([(LAPSED, 5), (LAPSED, 6)], False),
    ([(LAPSED, 5), (REMOVED, 6)], True), ([(ACTIVE, 6), (LAPSED, 5)], True), ([(CPD, 4), (CPD, 5)], True),
    ([(LAPSED, 5), (CPD, 6), (LAPSED, 7)], False), ([(CPD, 4), (LAPSED, 5), (ACTIVE, 6), (LAPSED, 7)], True),
])  # fmt: skip
def test_no_status_follows_itself(said: list[tuple[str, int]], is_sound: bool) -> None:
    found = field(check_changes, on(0), changes(*said), on(30))
    assert found == (None if is_sound else "status_on")


@pytest.mark.parametrize(("days", "status", "since", "declared"), [
    (0, ACTIVE, 0, None), (3, ACTIVE, 0, None), (4, ACTIVE, 0, 4), (9, ACTIVE, 0, 4), (10, LAPSED, 10, 4), (11, LAPSED, 10, 4),
    (12, LAPSED, 10, 12), (20, ACTIVE, 20, 12), (30, ACTIVE, 20, 12),
])  # fmt: skip
def test_how_an_entry_stands(days: int, status: str, since: int, declared: int | None) -> None:
    said = changes((ACTIVE, 20), (CPD, 12), (LAPSED, 10), (CPD, 4))
    assert entry_state(on(0), said, on(days)) == EntryState(
        status, on(since), None if declared is None else on(declared)
    )
