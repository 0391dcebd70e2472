"""What each event does to the stretches: terms, the start, an expected return, another length of the week."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from learners.rules.timeline import BEGINNING, StatusPeriod, Timing, at, timeline

from .test_timeline import PQIP15, PQIP27, day, event, journey

PART_TIME, FULL_TIME = Decimal("0.6"), Decimal("1")
TERMS = {
    "to_region_id": 1, "to_pdu_id": 3, "to_pathway_id": PQIP15, "to_cohort_id": 1, "to_fte": FULL_TIME,
}  # fmt: skip


def hours(on: str, fte: Decimal) -> SimpleNamespace:
    return event("changed_fte", on, to_fte=fte)


def dates(parts: list[StatusPeriod], on: str) -> tuple[dt.date | None, dt.date | None]:
    found = at(parts, day(on))
    return found.assessment_opens_on(day(on)), found.planned_end_on(day(on))


@pytest.mark.parametrize(("on", "region", "pdu"), [
    ("2025-05-31", 1, 3), ("2025-06-01", 2, None), ("2025-06-02", 2, None),
    ("2025-08-31", 2, None), ("2025-09-01", 2, 9), ("2025-09-02", 2, 9), ("2025-12-31", 2, 9),
])  # fmt: skip
def test_terms_hold_to_the_day_before_they_change(on: str, region: int, pdu: int | None) -> None:
    """A move to a region says the unit too, or that none is known; what says neither leaves both."""
    events = [
        event("enrolled", "2025-03-17", **TERMS),
        event("started", "2025-03-17"),
        event("moved_region", "2025-06-01", to_region_id=2),
        event("moved_region", "2025-09-01", to_pdu_id=9),
        event("moved_cohort", "2025-10-01", to_cohort_id=2),
    ]
    parts = timeline(events, lambda *_said: Timing(15, 6))
    found = at(parts, day(on))
    assert (found.region_id, found.pdu_id) == (region, pdu)
    assert found.cohort_id == (2 if on > "2025-10-01" else 1)


def test_each_stretch_ends_where_the_next_begins_and_the_last_lasts() -> None:
    parts = journey("2025-03-17", event("deferred", "2025-06-02"), event("resumed", "2025-06-12"))
    assert [(part.from_on, part.to_on, part.status) for part in parts] == [
        (BEGINNING, day("2025-03-17"), "due_to_start"),
        (day("2025-03-17"), day("2025-06-02"), "active"),
        (day("2025-06-02"), day("2025-06-12"), "deferred"),
        (day("2025-06-12"), None, "active"),
    ]


def test_what_changes_nothing_begins_no_stretch() -> None:
    assert len(journey("2025-03-17", event("moved_cohort", "2025-06-01", to_cohort_id=1))) == 2
    assert len(journey("2025-03-17", event("resumed", "2025-06-01"))) == 2  # was not on a break


def test_the_start_is_the_day_they_started_whatever_came_before() -> None:
    before = [
        event("enrolled", "2025-03-01", **TERMS), event("moved_cohort", "2025-03-05", to_cohort_id=2),
    ]  # fmt: skip
    known = timeline([*before, event("started", "2025-03-17")], lambda *_said: Timing(15, 6))
    assert {part.start_date for part in known} == {day("2025-03-17")}
    due = timeline(before, lambda *_said: Timing(15, 6))
    assert {part.start_date for part in due} == {day("2025-03-01")}


def test_without_first_terms_there_is_no_timeline() -> None:
    with pytest.raises(ValueError, match="first terms"):
        timeline([event("started", "2025-03-17")], lambda *_said: Timing(15, 6))


def test_without_a_pathway_nothing_is_dated() -> None:
    events = [event("enrolled", "2025-03-17", to_region_id=1, to_fte=FULL_TIME), event("deferred", "2025-04-01")]  # fmt: skip
    (only,) = timeline(events, {}.__getitem__)  # asks for no timing
    assert (only.planned_end, only.assessment_opens, only.deferred_days) == (None, None, 0)


def test_the_expected_return_is_that_of_the_break_and_goes_with_it() -> None:
    parts = journey(
        "2025-03-17",
        event("deferred", "2025-06-02", expected_return=day("2025-08-01")),
        event("moved_cohort", "2025-06-10", to_cohort_id=2),
        event("resumed", "2025-08-11", expected_return=day("2025-09-01")),
    )
    assert [part.expected_return for part in parts[2:]] == [day("2025-08-01")] * 2 + [None]


def test_a_change_of_cohort_on_a_break_goes_on_with_it() -> None:
    """2 to 12 June is ten days, told on 10 June and moved on from there."""
    parts = journey(
        "2025-03-17", event("deferred", "2025-06-02"), event("moved_cohort", "2025-06-10", to_cohort_id=2)
    )  # fmt: skip
    assert dates(parts, "2025-06-12") == (day("2025-09-27"), day("2026-06-27"))


def test_before_the_start_the_dates_know_nothing_of_what_comes() -> None:
    parts = journey("2025-03-17", hours("2025-06-01", PART_TIME), event("deferred", "2025-07-01"))
    assert dates(parts, "2025-01-01") == (day("2025-09-17"), day("2026-06-17"))


def test_back_to_full_time_shortens_what_is_left() -> None:
    """15 April 2025: 365 days × 21 ÷ 15 = 511, 8 September 2026. On 15 August 2025 389 are left: × 15 ÷ 21 = 277.9, 278 days."""
    parts = journey(
        "2025-01-15", hours("2025-04-15", PART_TIME), hours("2025-06-01", Decimal("0.8")), hours("2025-08-15", FULL_TIME)
    )  # fmt: skip
    assert dates(parts, "2025-06-01") == (day("2025-12-08"), day("2026-09-08"))
    assert dates(parts, "2025-08-15") == (day("2025-08-20"), day("2026-05-20"))


def test_assessment_opens_no_earlier_than_the_day_that_brings_it_forward() -> None:
    """Part time: 15 October 2026. 304 days on 15 December 2025 × 15 ÷ 21 = 217.1: 21 July 2026; nine months before is past."""
    parts = journey("2025-01-15", hours("2025-12-15", FULL_TIME), fte="0.6")
    assert dates(parts, "2025-12-15") == (day("2025-12-15"), day("2026-07-21"))


@pytest.mark.parametrize(("on", "opens"), [
    ("2025-09-16", "2026-01-05"),  # 274 days × 1.4 = 383.6, 384: 5 October 2026, and nine months before it
    ("2025-09-17", "2025-09-17"),  # has opened
    ("2025-09-18", "2025-09-17"),
])  # fmt: skip
def test_fewer_hours_about_the_opening_day(on: str, opens: str) -> None:
    parts = journey("2025-03-17", hours(on, PART_TIME))
    assert dates(parts, on)[0] == day(opens)


@pytest.mark.parametrize(("on", "ends"), [
    ("2026-06-16", "2026-06-18"),  # one day left × 1.4, rounded up
    ("2026-06-17", "2026-06-17"),
    ("2026-06-18", "2026-06-17"),
    ("2026-06-27", "2026-06-17"),
])  # fmt: skip
def test_fewer_hours_about_the_planned_end(on: str, ends: str) -> None:
    parts = journey("2025-03-17", hours(on, PART_TIME))
    assert dates(parts, on)[1] == day(ends)


@pytest.mark.parametrize(("on", "opens"), [
    ("2026-09-16", None), ("2026-09-17", "2026-09-17"), ("2026-09-18", "2026-09-17"),
])  # fmt: skip
def test_hours_of_a_length_nobody_knows_leave_only_an_opening_gone_by(
    on: str, opens: str | None
) -> None:
    parts = journey("2025-03-17", hours(on, PART_TIME), pathway=PQIP27)
    assert dates(parts, on) == (day(opens) if opens else None, None)


def test_an_end_once_unknown_stays_so_whatever_hours_follow() -> None:
    parts = journey(
        "2025-03-17", hours("2025-05-01", PART_TIME), hours("2025-06-01", FULL_TIME), hours("2025-07-01", PART_TIME),
        pathway=PQIP27,
    )  # fmt: skip
    assert {part.planned_end for part in parts[2:]} == {None}


def test_hours_that_change_before_the_start_count_from_the_start() -> None:
    """The whole of 15 months, 457 days from 17 March 2025, × 21 ÷ 15 = 639.8: 640 days."""
    events = [
        event("enrolled", "2025-03-01", **TERMS), hours("2025-03-05", PART_TIME), event("started", "2025-03-17"),
    ]  # fmt: skip
    timings = {True: Timing(15, 6), False: Timing(21, None)}
    parts = timeline(events, lambda _key, full_time, _start: timings[full_time])
    assert parts[-1].planned_end == day("2025-03-17") + dt.timedelta(days=640)


def test_a_break_before_an_ending_counts_up_to_it_and_no_further() -> None:
    parts = journey("2025-03-17", event("deferred", "2025-06-02"), event("withdrawn", "2025-06-12"))
    assert parts[-1].planned_end_on(day("2026-01-01")) == day("2026-06-27")
    assert parts[-1].deferred_days == 10
