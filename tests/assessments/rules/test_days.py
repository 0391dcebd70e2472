"""Stretches, waits, working days and stages to the day; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from assessments.rules.assessors_route import (
    MOST_HOURS,
    PartContent,
    PortfolioPiece,
    Way,
    portfolio,
)
from assessments.rules.capacity_demand import (
    ASSESSORS,
    Capacity,
    Stretch,
    capacity_on,
    ends_of_months,
    first_short,
    month_by_month,
)
from assessments.rules.countersigning_capacity import (
    AHEAD_WEEKS,
    RATE_WEEKS,
    forecast,
    hours,
    weekly,
)
from assessments.rules.evidence import Decided, Piece
from assessments.rules.stages import Course, unit_state
from assessments.rules.waiting import due_by, is_working_day, overdue_before, waits

DAY, MONDAY = dt.timedelta(days=1), dt.date(2026, 3, 2)


def on(days: int) -> dt.date:
    return MONDAY + days * DAY


# Working days.


def test_monday_to_friday_but_for_bank_holidays() -> None:
    assert [is_working_day(on(days), {on(1)}) for days in range(8)] == [
        True, False, True, True, True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("since", "after", "due"), [
    (0, 0, 0), (0, 1, 1), (0, 4, 4), (0, 5, 7), (4, 1, 7), (5, 1, 7), (6, 1, 7), (5, 0, 5), (0, 10, 14),
])  # fmt: skip
def test_so_many_working_days_later(since: int, after: int, due: int) -> None:
    assert due_by(on(since), set(), after) == on(due)


@pytest.mark.parametrize(("as_at", "after", "before"), [
    (0, 0, 0), (1, 0, 1), (1, 1, 0), (7, 1, 4), (6, 0, 4), (5, 1, 3), (14, 10, 0), (15, 10, 1),
])  # fmt: skip
def test_overdue_is_what_waited_since_before(as_at: int, after: int, before: int) -> None:
    assert overdue_before(on(as_at), set(), after) == on(before)


def test_ten_working_days_where_nothing_else_is_said() -> None:
    assert due_by(MONDAY, set()) == on(14)
    assert overdue_before(on(14), set()) == MONDAY


def decided(days: int, key: int = 1, **fields: Any) -> Decided:
    return Decided(key, on(days), key, [1], [], fields.pop("is_needed", False), **fields)


def spans(piece: Piece) -> list[tuple[str, int, int | None]]:
    return [
        (
            each.kind,
            (each.from_on - MONDAY).days,
            None if each.to_on is None else (each.to_on - MONDAY).days,
        )
        for each in waits(piece)
    ]


@pytest.mark.parametrize(("days", "found"), [(0, []), (1, [("decision", 0, 1)])])
def test_what_ended_the_day_it_began_was_no_wait(days: int, found: list[Any]) -> None:
    assert spans(Piece(1, MONDAY, [decided(days)])) == found


def test_a_return_waits_for_the_next_decision() -> None:
    returned = decided(2, is_needed=True, outcome="returned", outcome_on=on(4))
    again = decided(4, key=2, is_needed=True)
    assert spans(Piece(1, MONDAY, [returned, again])) == [
        ("decision", 0, 2), ("countersignature", 2, 4), ("countersignature", 4, None),
    ]  # fmt: skip
    agreed = decided(2, is_needed=True, outcome="agreed", outcome_on=on(4))
    assert spans(Piece(1, MONDAY, [agreed]))[-1] == ("countersignature", 2, 4)
    unneeded = decided(2, outcome="returned", outcome_on=on(4))
    assert spans(Piece(1, MONDAY, [unneeded])) == [("decision", 0, 2)]
    (_first, second, third) = waits(Piece(9, MONDAY, [returned]))
    assert (second.decision, third.decision, third.evidence) == (1, 1, 9)


def test_a_decision_that_needs_none_is_passed_over_and_the_next_waits() -> None:
    piece = Piece(1, MONDAY, [decided(2), decided(5, key=2, is_needed=True)])
    assert spans(piece) == [("decision", 0, 2), ("countersignature", 5, None)]


# Capacity.


def people(first: int, last: int | None, kind: str = "learners", **fields: Any) -> Stretch:
    usual = {"people": 1, "region_id": 1, "pdu_id": 2}
    return Stretch(
        **{"kind": kind, "from_on": on(first), "to_on": None if last is None else on(last)}
        | usual
        | fields
    )


@pytest.mark.parametrize(
    ("day", "holds"), [(-1, False), (0, True), (1, True), (9, True), (10, True), (11, False)]
)
def test_a_stretch_counts_from_its_first_day_to_its_last(day: int, holds: bool) -> None:
    assert people(0, 10).holds_on(on(day)) == holds
    assert people(0, None).holds_on(on(day)) == (day >= 0)
    assert capacity_on([people(0, 10)], on(day)).demand == holds


def test_people_places_and_room() -> None:
    rows = [
        people(0, None, people=3), people(0, None, "psos", people=2),
        people(0, None, ASSESSORS, people=2, places=12, assesses=("VQ5",)), people(0, None, ASSESSORS, people=-1, places=-4),
    ]  # fmt: skip
    found = capacity_on(rows, MONDAY)
    assert (found.demand, found.assessors, found.places, found.room) == (5, 1, 8, 3)
    assert (found.for_each, found.used) == (Fraction(5), Fraction(125, 2))
    assert found.asked == {"learners": 3, "officers": 0, "psos": 2, "trainees": 0}
    of_one = capacity_on(rows, MONDAY, "VQ5")
    assert (of_one.demand, of_one.assessors, of_one.places) == (3, 2, 12)
    assert people(0, None).places == 0  # who is assessed gives none
    nobody = capacity_on([], MONDAY)
    assert (nobody.for_each, nobody.used, nobody.room) == (None, None, 0)


@pytest.mark.parametrize(("kind", "assesses", "qualification", "counts"), [
    ("learners", (), "", True), ("learners", (), "VQ5", True), ("officers", (), "VQ5", True), ("psos", (), "VQ5", False),
    ("psos", (), "VQ3", True), ("trainees", (), "TAQA3", True), (ASSESSORS, ("VQ5",), "VQ5", True),
    (ASSESSORS, ("VQ5",), "VQ3", False),
    (ASSESSORS, (), "", True),
])  # fmt: skip
def test_what_counts_for_a_qualification(
    kind: str, assesses: tuple[str, ...], qualification: str, counts: bool
) -> None:
    assert people(0, None, kind, assesses=assesses).is_about(qualification) == counts


def test_the_day_and_the_ends_of_the_months_after_it() -> None:
    assert ends_of_months(dt.date(2026, 11, 30), 3) == [
        dt.date(2026, 12, 31),
        dt.date(2027, 1, 31),
        dt.date(2027, 2, 28),
    ]
    found = month_by_month([], dt.date(2026, 3, 2))
    assert [found[0].day, found[1].day, found[-1].day, len(found)] == [
        MONDAY,
        dt.date(2026, 4, 30),
        dt.date(2027, 3, 31),
        13,
    ]


def test_the_first_with_more_people_than_places() -> None:
    def room(spare: int, days: int) -> Capacity:
        return Capacity(on(days), {"learners": 5}, 1, 5 + spare)

    assert first_short([room(1, 0), room(0, 1), room(-1, 2), room(-2, 3)]) == room(-1, 2)
    assert first_short([room(0, 0)]) is None


def test_rates_over_eight_weeks() -> None:
    assert (RATE_WEEKS, AHEAD_WEEKS) == (8, (4, 8, 12))
    assert weekly(4) == Decimal("0.5")
    assert hours(Decimal(60), 10) == 10
    assert [forecast(waiting, Decimal(0), Decimal(1), 2) for waiting in (0, 1, 2, 3)] == [
        0,
        0,
        0,
        1,
    ]


# Stages and units.


@pytest.mark.parametrize(("days", "stage"), [(-1, "not_yet"), (0, "starting"), (1, "starting")])
def test_starting_from_the_first_day(days: int, stage: str) -> None:
    assert Course(MONDAY).stage(on(days)) == stage
    assert Course(None, on(9)).stage(on(days)) == "not_yet"


@pytest.mark.parametrize(("day", "stage"), [
    ("2027-03-31", "middle"), ("2027-04-01", "near"), ("2027-06-30", "near"), ("2027-07-01", "near"), ("2027-07-02", "past"),
])  # fmt: skip
def test_near_the_end_from_three_months_before_it(day: str, stage: str) -> None:
    course = Course(MONDAY, dt.date(2027, 7, 1))
    assert course.stage(dt.date.fromisoformat(day)) == stage
    assert (course.has_ended, course.is_paused) == (False, False)
    assert (
        Course(MONDAY, dt.date(2027, 7, 1), has_ended=True).stage(dt.date.fromisoformat(day))
        == "finished"
    )


@pytest.mark.parametrize(("criteria", "met", "state"), [
    (3, 0, "nothing"), (3, 1, "some_met"), (3, 2, "some_met"), (3, 3, "all_met"), (3, 4, "all_met"), (0, 0, "nothing"),
    (0, 1, "some_met"), (1, 1, "all_met"),
])  # fmt: skip
def test_how_far_a_unit_is(criteria: int, met: int, state: str) -> None:
    assert unit_state(criteria, met, is_signed_off=False, is_achieved=False) == state
    assert unit_state(criteria, met, is_signed_off=True, is_achieved=False) == "signed_off"
    assert unit_state(criteria, met, is_signed_off=True, is_achieved=True) == "achieved"
    shut = {"is_open": False}
    assert unit_state(criteria, met, is_signed_off=True, is_achieved=False, **shut) == "not_chosen"
    assert unit_state(criteria, met, is_signed_off=True, is_achieved=True, **shut) == "achieved"


# The route to the award.


def test_by_when_the_award_is_due() -> None:
    registered = dt.date(2025, 3, 2)
    assert Way().due_on is None
    assert Way(registered).due_on == MONDAY
    assert Way(registered, months=6).due_on == dt.date(2025, 9, 2)
    assert Way(registered, on(9)).due_on == Way(None, on(9)).due_on == on(9)


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (0, 0), (1, -1)])
def test_days_left_until_the_award_is_due(days: int, left: int) -> None:
    assert Way(None, MONDAY).days_left(on(days)) == left
    assert Way(None, MONDAY, on(-9)).days_left(on(days)) is None
    assert Way().days_left(on(days)) is None


def test_what_is_there_of_a_part() -> None:
    assert MOST_HOURS == 60
    assert (
        PartContent("x").is_there,
        PartContent("x", 1).is_there,
        PartContent("x", entries=1).is_there,
    ) == (False, True, True)
    assert (PartContent("x").pieces, PartContent("x").decided, PartContent("x").entries) == (
        0,
        0,
        0,
    )
    pieces = [
        PortfolioPiece("planning", "x", True),
        PortfolioPiece("elsewhere", "x", True),
        PortfolioPiece("", "reflective_account", False),
    ]
    assert portfolio(["planning", "reflection"], pieces, 5) == [
        PartContent("planning", 1, 1),
        PartContent("reflection", 1, 0),
    ]
    assert portfolio(["cpd"], [PortfolioPiece("cpd", "x", False)], 5) == [
        PartContent("cpd", 1, 0, 5)
    ]
