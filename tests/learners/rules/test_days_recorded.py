"""Days on which something may be recorded, asked, planned or held: the day before, the day, the day after; without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from learners.rules.modules_extensions import check_answered, check_asked
from learners.rules.practice import (
    RESPONSIBLE,
    check_day,
    check_officer,
    effective_hours,
    pattern,
    reduction_percent,
)
from learners.rules.qualified import ProtectionRecord, first_that_protects, last_protected_day
from learners.rules.reviews import MONTHS, SOON, check_held, due_days
from learners.rules.training_attendance import (
    ONLINE_GROUP,
    SHEET,
    check_plan,
    check_sheet,
    check_status,
    group_warning,
)
from learners.rules.withdrawals import (
    CHECKED_WITHIN,
    FITTING,
    check_dates,
    check_fit,
    needs_approval,
    without,
)
from pqip.core.errors import RuleBroken

DAY, TODAY = dt.timedelta(days=1), dt.date(2025, 6, 2)


def on(days: int) -> dt.date:
    return TODAY + days * DAY


def field(rule: Any, *said: Any, **named: Any) -> str | None:
    """The field something is refused by, or "" where it names none; None where it is taken."""
    try:
        rule(*said, **named)
    except RuleBroken as broken:
        return broken.field or ""
    return None


# More time for a module.


@pytest.mark.parametrize(("changes", "refused"), [
    ({}, None), ({"asked_on": on(-1)}, None), ({"asked_on": on(1)}, "on"), ({"outcome": "pass"}, "attempt"),
    ({"handed_in": on(-1)}, "attempt"), ({"due": None}, "attempt"), ({"asked_until": on(9)}, "asked_until"),
    ({"asked_until": on(10)}, "asked_until"), ({"asked_until": on(11)}, None), ({"asked_until": on(12)}, None),
    ({"outcome": "pass", "handed_in": on(-1)}, "attempt"),
])  # fmt: skip
def test_more_time_is_asked_by_today_for_a_later_day(
    changes: dict[str, Any], refused: str | None
) -> None:
    usual = {
        "due": on(10), "handed_in": None, "outcome": "pending", "asked_on": TODAY, "asked_until": on(20), "today": TODAY,
    }  # fmt: skip
    assert field(check_asked, **usual | changes) == refused


@pytest.mark.parametrize(("days", "refused"), [
    (-6, "answered_on"), (-5, None), (-4, None), (-1, None), (0, None), (1, "answered_on"),
])  # fmt: skip
def test_an_answer_from_the_day_asked_to_today(days: int, refused: str | None) -> None:
    assert field(check_answered, asked_on=on(-5), answered_on=on(days), today=TODAY) == refused


# Attendance.


@pytest.mark.parametrize(("days", "to_come"), [(-1, False), (0, False), (1, True)])
def test_what_came_of_a_course_is_known_on_its_day(days: int, to_come: bool) -> None:
    for status in ("attended", "did_not_attend"):
        assert field(check_status, status, on(days), TODAY) == ("status" if to_come else None)
    assert field(check_status, "booked", on(days), TODAY) is None
    assert field(check_sheet, [1], on(days), TODAY) == ("on" if to_come else None)
    assert field(check_plan, on(days), TODAY) == ("on" if days < 0 else None)


@pytest.mark.parametrize(
    ("people", "refused"),
    [(0, "staff_numbers"), (1, None), (59, None), (60, None), (61, "staff_numbers")],
)
def test_a_sheet_holds_one_to_sixty(people: int, refused: str | None) -> None:
    assert (SHEET, ONLINE_GROUP) == (60, 12)
    assert field(check_sheet, range(people), TODAY, TODAY) == refused


@pytest.mark.parametrize(("attended", "warns"), [(11, False), (12, False), (13, True)])
def test_a_group_online_is_of_twelve(attended: int, warns: bool) -> None:
    assert bool(group_warning(attended, "online")) == warns
    assert not group_warning(attended, "face_to_face")


# Learning in practice.


@pytest.mark.parametrize(("days", "taken", "lost", "refused"), [
    (0, True, "", None), (1, True, "", "taken"), (1, False, "", "taken"), (1, None, "", None), (-1, False, "Court", None),
    (0, False, "Court", None), (0, True, "Court", "reason_lost"), (0, None, "Court", "reason_lost"),
    (1, None, "Court", "reason_lost"),
])  # fmt: skip
def test_what_came_of_a_day_and_why_it_was_lost(
    days: int, taken: bool | None, lost: str, refused: str | None
) -> None:
    assert field(check_day, on(days), taken, lost, TODAY) == refused


def test_an_officer_stays_responsible() -> None:
    for grade in RESPONSIBLE:
        assert field(check_officer, grade, is_learner=False) is None
        assert field(check_officer, grade, is_learner=True) == "officer"
    assert field(check_officer, "PSO", is_learner=False) == "officer"
    assert field(check_officer, None, is_learner=False) == "officer"


@pytest.mark.parametrize(("days", "percent"), [(-1, 0), (0, 80), (1, 80)])
def test_the_reduction_begins_with_the_first_day(days: int, percent: int) -> None:
    assert reduction_percent(TODAY, on(days), [(6, 80)]) == percent
    assert reduction_percent(TODAY, on(days), []) == (0 if days < 0 else None)


@pytest.mark.parametrize(
    ("percent", "hours"), [(0, "37"), (1, "36.63"), (80, "7.40"), (100, "0"), (None, None)]
)
def test_effective_hours(percent: int | None, hours: str | None) -> None:
    assert effective_hours(Decimal(37), percent) == (None if hours is None else Decimal(hours))


@pytest.mark.parametrize(
    ("weeks", "refused"),
    [(0, "weeks"), (1, None), (2, None), (51, None), (52, None), (53, "weeks")],
)
def test_weeks_that_are_planned_at_once(weeks: int, refused: str | None) -> None:
    assert field(pattern, TODAY, weeks, {"university": 0}, lambda _day: False) == refused


def test_a_pattern_from_its_first_day() -> None:
    """2 June 2025 is a Monday."""
    free = {dt.date(2025, 6, 10)}
    found = pattern(dt.date(2025, 6, 3), 2, {"vocational": 1, "university": 0}, free.__contains__)
    assert found == [(dt.date(2025, 6, 3), "vocational"), (dt.date(2025, 6, 9), "university")]


# The newly qualified.


def test_nine_months_to_the_day_before() -> None:
    assert last_protected_day(dt.date(2025, 1, 15)) == dt.date(2025, 10, 14)
    assert last_protected_day(dt.date(2025, 1, 15), 6) == dt.date(2025, 7, 14)
    assert first_that_protects(dt.date(2025, 10, 14)) == dt.date(2025, 1, 11)
    assert first_that_protects(dt.date(2025, 10, 14), 6) == dt.date(2025, 4, 11)


def test_of_a_protection_nothing_else_is_known() -> None:
    bare = ProtectionRecord(TODAY, on(9))
    assert bare.exceptions(TODAY) == ["reduction", "mentor", "pta"]
    assert (bare.percent, bare.workshops, bare.percent_on(TODAY)) == (20, 0, 0)


@pytest.mark.parametrize(
    ("days", "percent"), [(-1, 0), (0, 25), (1, 25), (8, 25), (9, 25), (10, 0)]
)
def test_a_reduction_in_force_from_its_first_day_to_its_last(days: int, percent: int) -> None:
    kept = ProtectionRecord(
        on(-90), on(90), percent=25, reduction_from=TODAY, reduction_until=on(9)
    )
    assert kept.percent_on(on(days)) == percent
    assert kept.is_reduced(on(days)) == bool(percent)


@pytest.mark.parametrize(("percent", "is_reduced"), [(19, False), (20, True), (21, True)])
def test_a_fifth_at_least(percent: int, is_reduced: bool) -> None:
    assert (
        ProtectionRecord(TODAY, on(9), percent=percent, reduction_from=TODAY).is_reduced(TODAY)
        == is_reduced
    )


@pytest.mark.parametrize(
    ("day", "is_late"),
    [("2025-09-01", False), ("2025-09-02", True), ("2025-09-03", True), ("2026-01-05", True)],
)
def test_a_workshop_is_late_from_three_months_on(day: str, is_late: bool) -> None:
    kept = ProtectionRecord(TODAY, on(300), reduction_from=TODAY, has_mentor=True, keeps_pta=True)
    assert kept.exceptions(dt.date.fromisoformat(day)) == (["workshops"] if is_late else [])


# Reviews.


@pytest.mark.parametrize(("days", "found"), [(-1, 1), (0, 2), (1, 2)])
def test_reviews_up_to_and_on_the_planned_end(days: int, found: int) -> None:
    first, second = dt.date(2025, 5, 28), dt.date(2025, 8, 28)
    assert due_days(dt.date(2025, 2, 28), second + days * DAY, 3, []) == [first, second][:found]


@pytest.mark.parametrize(("begins", "due"), [
    ("2025-05-27", "2025-06-07"), ("2025-05-28", "2025-06-07"), ("2025-05-29", "2025-05-28"),
])  # fmt: skip
def test_a_break_that_begins_by_the_day_moves_a_review(begins: str, due: str) -> None:
    first = dt.date.fromisoformat(begins)
    away = [(first, first + 10 * DAY)]
    assert due_days(dt.date(2025, 2, 28), dt.date(2025, 6, 30), 3, away) == [
        dt.date.fromisoformat(due)
    ]


@pytest.mark.parametrize(("days", "refused"), [(-1, None), (0, None), (1, "held_on")])
def test_a_review_is_held_by_today(days: int, refused: str | None) -> None:
    assert field(check_held, on(days), TODAY) == refused
    assert field(check_held, None, TODAY) is None


def test_a_review_every_three_months_listed_four_weeks_ahead() -> None:
    assert due_days(dt.date(2025, 2, 28), dt.date(2025, 6, 30), MONTHS, []) == [
        dt.date(2025, 5, 28)
    ]
    assert dt.date(2025, 6, 30) == TODAY + SOON


# Withdrawals.


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_told_and_active_up_to_the_day_it_takes_effect(days: int) -> None:
    assert field(check_dates, on(days), None, TODAY) == ("told_on" if days > 0 else None)
    assert field(check_dates, None, on(days), TODAY) == ("last_activity_on" if days > 0 else None)


def test_a_resignation_is_listed_to_be_checked_for_a_year() -> None:
    assert dt.date(2026, 6, 2) == TODAY + CHECKED_WITHIN


def test_only_what_the_service_ends_is_approved() -> None:
    assert {who: needs_approval(who) for who in FITTING} == {
        "service": True,
        "learner": False,
        "both": False,
    }


@pytest.mark.parametrize(("reason", "others", "refused"), [
    ("a", ["b"], None), ("", ["b"], None), ("", [], None), ("x", [], "reason"), ("a", ["x"], "other_reasons"),
    ("a", ["b", "x"], "other_reasons"), ("a", ["a", "b"], None),
])  # fmt: skip
def test_reasons_fit(reason: str, others: list[str], refused: str | None) -> None:
    assert field(check_fit, reason, others, {"a", "b"}) == refused


def test_reasons_beside_the_main_one_each_once() -> None:
    assert without("b", ["c", "b", "a", "c"]) == ["c", "a"]
