"""The newly qualified: nine months, and what is not kept: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.qualified import EXCEPTIONS, ProtectionRecord, last_protected_day

DAY = dt.timedelta(days=1)
ON = dt.date(2025, 5, 31)


def kept(**more: Any) -> ProtectionRecord:
    whole: dict[str, Any] = {
        "from_on": ON,
        "until": last_protected_day(ON),
        "reduction_from": ON,
        "has_mentor": True,
        "keeps_pta": True,
        "office_moved": False,
        "workshops": 1,
    }
    return ProtectionRecord(**whole | more)


@pytest.mark.parametrize(("first", "last"), [
    (dt.date(2025, 1, 15), dt.date(2025, 10, 14)),
    (dt.date(2025, 5, 31), dt.date(2026, 2, 27)),  # there is no 31 February: nine months are complete on 28 February
    (dt.date(2023, 5, 31), dt.date(2024, 2, 28)),
    (dt.date(2025, 12, 1), dt.date(2026, 8, 31)),
])  # fmt: skip
def test_c4_69_nine_calendar_months(first: dt.date, last: dt.date) -> None:
    assert last_protected_day(first) == last


@pytest.mark.parametrize(
    ("days", "is_protected"), [(-1, False), (0, True), (272, True), (273, False)]
)
def test_c4_69_protected_from_the_first_day_to_the_last(days: int, is_protected: bool) -> None:
    assert kept(reduction_from=None).is_protected(ON + days * DAY) is is_protected
    assert bool(kept(reduction_from=None).exceptions(ON + days * DAY)) is is_protected


@pytest.mark.parametrize(("more", "on", "is_reduced"), [
    ({}, 0, True), ({"percent": 19}, 0, False), ({"percent": 20}, 0, True), ({"reduction_from": ON + DAY}, 0, False),
    ({"reduction_from": ON + DAY}, 1, True), ({"reduction_until": ON + DAY}, 1, True), ({"reduction_until": ON + DAY}, 2, False),
    ({"reduction_from": None}, 0, False),
])  # fmt: skip
def test_c4_69_a_fifth_less_work_in_force(more: dict[str, Any], on: int, is_reduced: bool) -> None:
    assert kept(**more).is_reduced(ON + on * DAY) is is_reduced
    assert ("reduction" in kept(**more).exceptions(ON + on * DAY)) is not is_reduced


def test_what_is_not_kept_is_an_exception() -> None:
    assert kept().exceptions(ON) == []
    assert kept(
        has_mentor=False, keeps_pta=False, office_moved=True, reduction_from=None
    ).exceptions(ON) == ["reduction", "mentor", "pta", "office"]
    assert kept(office_moved=None).exceptions(ON) == []
    assert set(EXCEPTIONS) == {"not_recorded", "reduction", "mentor", "workshops", "pta", "office"}


@pytest.mark.parametrize(
    ("on", "late"), [(dt.date(2025, 8, 30), False), (dt.date(2025, 8, 31), True)]
)
def test_c4_70_a_mandatory_workshop_within_three_months(on: dt.date, late: bool) -> None:
    assert ("workshops" in kept(workshops=0).exceptions(on)) is late
    assert kept(workshops=1).exceptions(on) == []
