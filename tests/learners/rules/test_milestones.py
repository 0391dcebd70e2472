"""Milestones worked out by hand, and what ties them to the stretches they come from: no database.

The day of the month is kept and clipped to the month's last; a change of hours stretches the days that are left.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from learners.rules.milestones import Dated, Milestone, Strands, milestones, units_by
from learners.rules.modules import Required, breaks, due_on
from learners.rules.timeline import StatusPeriod, at

from .test_timeline import PQIP15, PQIP21, PQIP27, day, event, journey

REHAB = Required("REHAB", "Rehabilitation", 5, 1, 1, is_fourth=True)
FOURTH = Strands(modules=[REHAB], units=6)


def dates(parts: list[StatusPeriod], on: str, strands: Strands = FOURTH) -> dict[str, str | None]:
    return {
        each.code: each.on.isoformat() if each.on else None
        for each in milestones(parts, strands, day(on))
    }


def main_dates(parts: list[StatusPeriod], on: str) -> tuple[str | None, ...]:
    found = dates(parts, on)
    return found["fourth_module"], found["assessment_opens"], found["planned_end"]


@pytest.mark.parametrize(("pathway", "fte", "start", "fourth", "opens", "ends"), [
    (PQIP15, "1.0", "2025-03-17", "2025-09-17", "2025-09-17", "2026-06-17"),  # 6, 6 and 15 months
    (PQIP21, "1.0", "2025-03-17", "2025-09-17", "2026-03-17", "2026-12-17"),  # 6, 12 (the start of month 13), 21
    (PQIP27, "1.0", "2025-03-17", "2025-09-17", "2026-09-17", "2027-06-17"),  # 6, 18, 27
    (PQIP15, "0.6", "2025-03-17", "2025-09-17", "2026-03-17", "2026-12-17"),  # 15 → 21 months; the latter nine from 12
    (PQIP21, "0.8", "2025-03-17", "2025-09-17", "2026-12-17", "2027-09-17"),  # 21 → 30 months; the latter nine from 21
    (PQIP15, "1.0", "2025-08-31", "2026-02-28", "2026-02-28", "2026-11-30"),  # 31 August: February and November are shorter
    (PQIP21, "1.0", "2025-08-31", "2026-02-28", "2026-08-31", "2027-05-31"),  # the 31st comes back where the month has one
    (PQIP15, "1.0", "2027-08-31", "2028-02-29", "2028-02-29", "2028-11-30"),  # six months on is a leap day
    (PQIP15, "1.0", "2024-02-29", "2024-08-29", "2024-08-29", "2025-05-29"),  # from a leap day
    (PQIP27, "1.0", "2025-11-29", "2026-05-29", "2027-05-29", "2028-02-29"),  # ends on one
])  # fmt: skip
def test_c2_33_to_35_pathways_by_hand(
    pathway: int, fte: str, start: str, fourth: str, opens: str, ends: str
) -> None:
    assert main_dates(journey(start, pathway=pathway, fte=fte), start) == (fourth, opens, ends)


def test_c1_23_part_time_of_unknown_length_has_no_end() -> None:
    found = dates(journey("2025-03-17", pathway=PQIP27, fte="0.6"), "2025-06-01")
    assert (found["assessment_opens"], found["planned_end"], found["unit_1"]) == (None, None, None)
    assert found["fourth_module"] == "2025-09-17"


def test_a_ten_week_break_before_everything_moves_everything() -> None:
    """2 June to 11 August 2025 is 70 days: 17 September 2025 → 26 November; 17 June 2026 → 26 August."""
    parts = journey("2025-03-17", event("deferred", "2025-06-02"), event("resumed", "2025-08-11"))
    assert list(breaks(parts, day("2025-09-01"))) == [(day("2025-06-02"), day("2025-08-11"))]
    assert main_dates(parts, "2025-09-01") == ("2025-11-26", "2025-11-26", "2026-08-26")


def test_a_ten_week_break_after_the_opening_moves_the_end_alone() -> None:
    """1 October to 10 December 2025 is 70 days, after the fourth module and the opening: 17 June 2026 → 26 August."""
    parts = journey("2025-03-17", event("deferred", "2025-10-01"), event("resumed", "2025-12-10"))
    assert main_dates(parts, "2026-01-01") == ("2025-09-17", "2025-09-17", "2026-08-26")


def test_on_a_break_the_dates_are_those_of_a_return_today() -> None:
    """Ten days into a break: 17 September → 27 September, 17 June → 27 June."""
    parts = journey("2025-03-17", event("deferred", "2025-06-02"))
    assert main_dates(parts, "2025-06-12") == ("2025-09-27", "2025-09-27", "2026-06-27")


def test_from_15_to_21_months_at_month_7() -> None:
    """From 15 January 2025, moved on 15 August: 21 months from the original start, and month 13 begins on 15 January 2026."""
    parts = journey("2025-01-15", event("moved_pathway", "2025-08-15", to_pathway_id=PQIP21))
    assert main_dates(parts, "2025-08-14") == ("2025-07-15", "2025-07-15", "2026-04-15")
    assert main_dates(parts, "2025-08-15") == ("2025-07-15", "2026-01-15", "2026-10-15")
    assert (
        dates(parts, "2025-08-14")["unit_1"] == "2025-08-30"
    )  # 274 days, a unit each 45.7: 46 days after 15 July
    assert (
        dates(parts, "2025-08-15")["unit_1"] == "2026-03-02"
    )  # 273 days, a unit each 45.5: 46 days after 15 January


def test_part_time_from_a_date() -> None:
    """15 April 2025 to 15 April 2026 is 365 days; × 21 ÷ 15 = 511: 8 September 2026, and nine months before it."""
    parts = journey("2025-01-15", event("changed_fte", "2025-04-15", to_fte=Decimal("0.6")))
    assert main_dates(parts, "2025-04-15") == ("2025-07-15", "2025-12-08", "2026-09-08")


def test_an_extension_shows_the_end_before_it_too() -> None:
    parts = journey("2025-03-17", event("extended", "2026-05-01", extended_to=day("2026-09-30")))
    found = dates(parts, "2026-05-01")
    assert (found["end_before_extension"], found["planned_end"]) == ("2026-06-17", "2026-09-30")
    assert "end_before_extension" not in dates(parts, "2026-04-30")


@pytest.mark.parametrize(("start", "due"), [
    ("2025-03-17", "2025-09-17"), ("2025-08-31", "2026-02-28"), ("2027-08-31", "2028-02-29"), ("2025-08-30", "2026-02-28"),
])  # fmt: skip
def test_c1_3_fourth_module_due_six_months_after_the_start(start: str, due: str) -> None:
    assert due_on(journey(start), day(start), REHAB) == day(due)


@pytest.mark.parametrize(("began", "due"), [
    ("2025-09-16", "2025-09-27"),  # a break of ten days from the day before it is due
    ("2025-09-17", "2025-09-17"),  # from the day it is due: it was still open that day, and is not after
])  # fmt: skip
def test_c1_3_a_break_that_begins_before_it_is_due_moves_it(began: str, due: str) -> None:
    back = (day(began) + dt.timedelta(days=10)).isoformat()
    parts = journey("2025-03-17", event("deferred", began), event("resumed", back))
    assert due_on(parts, day("2025-12-01"), REHAB) == day(due)


def test_units_expected_by_hand() -> None:
    """17 September 2025 to 17 June 2026 is 273 days, a unit each 45.5: 46, 91, 137, 182, 228 and 273 days on."""
    expected = ["2025-11-02", "2025-12-17", "2026-02-01", "2026-03-18", "2026-05-03", "2026-06-17"]
    assert units_by(journey("2025-03-17"), 6, day("2025-03-17")) == [day(on) for on in expected]


def test_modules_and_foundation_learning_take_the_dates_they_are_given() -> None:
    strands = Strands(
        modules=[
            Required("PPP", "Penal Policy", 5, 1, 2, own_on=day("2025-06-01")),
            Required("L6", "Reports", 6, 1, 1),
        ],
        foundation=[
            Dated("FL1", day("2025-05-01"), day("2025-04-28")),
            Dated("FL3", day("2025-07-01")),
        ],
    )
    found = {
        each.code: each for each in milestones(journey("2025-03-17"), strands, day("2025-04-30"))
    }
    # The one module of level 6 falls on the planned end: 17 June 2026.
    assert (found["module_PPP"].on, found["module_L6"].on) == (day("2025-06-01"), day("2026-06-17"))
    assert (found["foundation"].on, found["foundation"].how) == (
        day("2025-07-01"),
        "1 of 2 courses attended",
    )
    assert found["foundation"].done_on is None
    assert (found["foundation"].module, found["foundation"].owed) == (None, False)


def test_foundation_learning_waits_for_the_service_where_a_course_of_it_does() -> None:
    strands = Strands(
        foundation=[Dated("FL1", day("2025-05-01")), Dated("FL3", day("2025-07-01"), owed=True)]
    )
    found = {
        each.code: each for each in milestones(journey("2025-03-17"), strands, day("2025-08-01"))
    }
    assert (found["foundation"].module, found["foundation"].owed) == (None, True)


def test_of_an_ended_enrolment_only_what_was_due_by_then() -> None:
    parts = journey("2025-03-17", event("withdrawn", "2025-12-01"))
    assert set(dates(parts, "2026-03-01")) == {
        "start",
        "fourth_module",
        "assessment_opens",
        "unit_1",
        "planned_end",
    }
    assert (
        milestones(
            journey("2025-03-17", event("did_not_start", "2025-03-01")), FOURTH, day("2025-04-01")
        )
        == []
    )


def test_a_milestone_is_past_only_once_it_is_done() -> None:
    found = {
        each.code: each for each in milestones(journey("2025-03-17"), FOURTH, day("2025-10-01"))
    }
    assert isinstance(found["fourth_module"], Milestone)
    assert (found["assessment_opens"].done_on, found["fourth_module"].done_on) == (
        day("2025-09-17"),
        None,
    )


CHANGES = some.lists(
    some.tuples(some.integers(5, 650), some.sampled_from(["break", "hours", "pathway", "extension"]), some.integers(1, 120)),
    max_size=4, unique_by=lambda each: each[0],
)  # fmt: skip


def lived(changes: list[tuple[int, str, int]], start: dt.date) -> list[StatusPeriod]:
    """A journey with changes, none of which begins while a break lasts."""
    free, events = start, []
    for after, kind, length in sorted(changes):
        on = max(start + dt.timedelta(days=after), free)
        free = on + dt.timedelta(days=length)
        events += {
            "break": [event("deferred", str(on)), event("resumed", str(free))],
            "hours": [
                event("changed_fte", str(on), to_fte=Decimal("0.6") if length % 2 else Decimal(1))
            ],
            "pathway": [
                event("moved_pathway", str(on), to_pathway_id=PQIP21 if length % 2 else PQIP15)
            ],
            "extension": [
                event("extended", str(on), extended_to=start + dt.timedelta(days=500 + length))
            ],
        }[kind]
    return journey(start.isoformat(), *events)


@settings(max_examples=60, deadline=None)
@given(
    changes=CHANGES,
    start=some.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
    asked=some.integers(0, 1000),
)
def test_a_unit_is_expected_from_the_very_day_the_report_counts_it(
    changes: list, start: dt.date, asked: int
) -> None:
    parts, on = lived(changes, start), start + dt.timedelta(days=asked)
    current = at(parts, on)
    for number, expected in enumerate(units_by(parts, 6, on), start=1):
        assert (current.units_expected(6, on) >= number) == (
            expected is not None and expected <= on
        )
        if expected is None or current.planned_end_on(on) is None:
            continue
        if expected > on and current.status != "deferred":
            later = expected - dt.timedelta(days=1)
            assert current.units_expected(6, later) < number <= current.units_expected(6, expected)
        elif expected <= on:
            before = at(parts, expected - dt.timedelta(days=1)).units_expected(
                6, expected - dt.timedelta(days=1)
            )
            assert before < number <= at(parts, expected).units_expected(6, expected)
