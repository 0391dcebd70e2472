"""Dates of pathways, worked out by hand from the contract's definitions: no database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

import pytest

from learners.rules.dates import add_months, months_between, stretch
from learners.rules.timeline import StatusPeriod, Timing, at, timeline

PQIP15, PQIP21, PQIP27 = 15, 21, 27
TIMINGS = {
    (PQIP15, True): Timing(15, 6), (PQIP15, False): Timing(21, None), (PQIP21, True): Timing(21, 12),
    (PQIP21, False): Timing(30, None), (PQIP27, True): Timing(27, 18), (PQIP27, False): Timing(None, None),
}  # fmt: skip
NOTHING = dict.fromkeys(
    [
        "to_region_id",
        "to_pdu_id",
        "to_pathway_id",
        "to_cohort_id",
        "to_fte",
        "expected_return",
        "extended_to",
    ]
)
numbers = count(1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def event(kind: str, on: str, **terms: object) -> SimpleNamespace:
    return SimpleNamespace(
        **NOTHING | {"kind": kind, "effective_on": day(on), "id": next(numbers)} | terms
    )


def journey(
    start: str, *later: SimpleNamespace, pathway: int = PQIP15, fte: str = "1.0"
) -> list[StatusPeriod]:
    terms = {"to_region_id": 1, "to_pathway_id": pathway, "to_cohort_id": 1, "to_fte": Decimal(fte)}
    events = [event("enrolled", start, **terms), event("started", start), *later]
    return timeline(events, lambda key, full_time, _start: TIMINGS[key, full_time])


@pytest.mark.parametrize(("pathway", "fte", "start", "opens", "ends"), [
    (PQIP15, "1.0", "2025-03-17", "2025-09-17", "2026-06-17"),
    (PQIP21, "1.0", "2025-03-17", "2026-03-17", "2026-12-17"),
    (PQIP27, "1.0", "2025-03-17", "2026-09-17", "2027-06-17"),
    (PQIP15, "0.6", "2025-03-17", "2026-03-17", "2026-12-17"),  # 21 months; the latter nine from month 12
    (PQIP21, "0.8", "2025-03-17", "2026-12-17", "2027-09-17"),  # 30 months; the latter nine from month 21
    (PQIP15, "1.0", "2025-08-31", "2026-02-28", "2026-11-30"),  # clipped to the month's last day
    (PQIP27, "1.0", "2024-02-29", "2025-08-29", "2026-05-29"),  # from a leap day
    (PQIP15, "1.0", "2022-11-30", "2023-05-30", "2024-02-29"),  # to one
])  # fmt: skip
def test_planned_end_and_opening(pathway: int, fte: str, start: str, opens: str, ends: str) -> None:
    now = at(journey(start, pathway=pathway, fte=fte), day(start))
    assert (now.assessment_opens_on(day(start)), now.planned_end_on(day(start))) == (
        day(opens),
        day(ends),
    )


def test_a_length_nobody_knows_is_never_guessed() -> None:
    now = at(journey("2025-03-17", pathway=PQIP27, fte="0.6"), day("2025-06-01"))
    assert (now.planned_end_on(day("2025-06-01")), now.assessment_opens_on(day("2025-06-01"))) == (
        None,
        None,
    )


def test_a_ten_week_break_before_the_opening_moves_both_dates() -> None:
    parts = journey("2025-03-17", event("deferred", "2025-06-02"), event("resumed", "2025-08-11"))
    after = at(parts, day("2025-09-01"))
    assert after.deferred_days == 70
    assert after.planned_end_on(day("2025-09-01")) == day("2026-08-26")  # 17 June 2026 and 70 days
    assert after.assessment_opens_on(day("2025-09-01")) == day(
        "2025-11-26"
    )  # 17 September 2025 and 70 days


def test_while_on_a_break_the_dates_move_day_by_day() -> None:
    during = at(journey("2025-03-17", event("deferred", "2025-06-02")), day("2025-06-12"))
    assert during.planned_end_on(day("2025-06-12")) == day("2026-06-27")
    assert during.assessment_opens_on(day("2025-06-12")) == day("2025-09-27")


def test_a_break_after_the_opening_moves_the_end_alone_and_is_left_out_of_the_window() -> None:
    parts = journey("2025-03-17", event("deferred", "2025-10-01"), event("resumed", "2025-12-10"))
    after = at(parts, day("2026-01-01"))
    assert after.assessment_opens_on(day("2026-01-01")) == day("2025-09-17")
    assert after.planned_end_on(day("2026-01-01")) == day("2026-08-26")
    assert after.window_deferred_on(day("2026-01-01")) == 70


def test_units_expected_leave_breaks_out_and_round_down() -> None:
    """The window is 273 days, 17 September 2025 to 17 June 2026: a unit each 45.5 days."""
    now = at(journey("2025-03-17"), day("2025-03-17"))
    answers = {
        "2025-09-17": 0,
        "2025-11-01": 0,
        "2025-11-02": 1,
        "2026-06-16": 5,
        "2026-06-17": 6,
        "2027-01-01": 6,
    }
    assert {on: now.units_expected(6, day(on)) for on in answers} == answers


def test_another_pathway_keeps_the_original_start() -> None:
    after = at(
        journey("2025-01-15", event("moved_pathway", "2025-08-15", to_pathway_id=PQIP21)),
        day("2025-08-15"),
    )
    assert after.planned_end_on(day("2025-08-15")) == day("2026-10-15")
    assert after.assessment_opens_on(day("2025-08-15")) == day("2026-01-15")


def test_fewer_hours_stretch_what_is_left() -> None:
    """15 April 2025 to 15 April 2026 is 365 days; × 21 ÷ 15 = 511: 8 September 2026, and nine months before it."""
    after = at(
        journey("2025-01-15", event("changed_fte", "2025-04-15", to_fte=Decimal("0.6"))),
        day("2025-04-15"),
    )
    assert after.planned_end_on(day("2025-04-15")) == day("2026-09-08")
    assert after.assessment_opens_on(day("2025-04-15")) == day("2025-12-08")


def test_an_extension_counts_where_it_is_later() -> None:
    later = journey("2025-03-17", event("extended", "2026-05-01", extended_to=day("2026-09-30")))
    assert at(later, day("2026-05-01")).planned_end_on(day("2026-05-01")) == day("2026-09-30")
    earlier = journey("2025-03-17", event("extended", "2026-05-01", extended_to=day("2026-01-31")))
    assert at(earlier, day("2026-05-01")).planned_end_on(day("2026-05-01")) == day("2026-06-17")


def test_a_withdrawal_before_the_start_means_they_did_not_start() -> None:
    parts = journey("2025-03-17", event("withdrawn", "2025-03-01"))
    assert [part.status for part in parts] == ["due_to_start", "did_not_start"]


def test_nothing_follows_an_ending() -> None:
    parts = journey(
        "2025-03-17",
        event("completed", "2026-06-17"),
        event("moved_region", "2026-07-01", to_region_id=2),
    )
    assert (parts[-1].status, parts[-1].region_id, parts[-1].to_on) == ("completed", 1, None)


@pytest.mark.parametrize(("start", "on", "months"), [
    ("2025-01-31", "2025-02-27", 0), ("2025-01-31", "2025-02-28", 1), ("2025-03-17", "2026-03-16", 11),
    ("2025-03-17", "2026-03-17", 12), ("2025-03-17", "2025-01-01", 0),
    ("2025-01-15", "2025-03-14", 1), ("2025-01-15", "2025-03-15", 2), ("2025-01-15", "2025-03-20", 2),
])  # fmt: skip
def test_whole_months_gone_by(start: str, on: str, months: int) -> None:
    assert months_between(day(start), day(on)) == months


def test_arithmetic() -> None:
    assert add_months(day("2025-08-31"), 6) == day("2026-02-28")
    assert stretch(1, 15, 21) == 2  # 1.4 days, up to whole days
