"""What each milestone says beside its day: done or not, how it was worked out, in which order; without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from learners.rules.milestones import Dated, Milestone, Strands, milestones, units_by
from learners.rules.modules import Required
from learners.rules.timeline import StatusPeriod

from .test_timeline import PQIP27, day, event, journey

DAY = dt.timedelta(days=1)
OPENS, ENDS = day("2025-09-17"), day("2026-06-17")
LENGTH = "The pathway's length from the start, with breaks"


def told(
    parts: list[StatusPeriod],
    on: str | dt.date,
    strands: Strands = Strands(),  # noqa: B008  (a value)
) -> dict[str, Milestone]:
    asked = day(on) if isinstance(on, str) else on
    return {each.code: each for each in milestones(parts, strands, asked)}


def test_what_is_not_said_is_not_so() -> None:
    assert (Strands().units, Strands().units_achieved) == (0, 0)
    assert Milestone("x", "X", None, "", "Programme").owed is False
    assert Dated("x", None).owed is False
    assert set(told(journey("2025-03-17"), "2025-03-17")) == {
        "start",
        "assessment_opens",
        "planned_end",
    }


def test_the_first_day_is_done_once_they_have_started() -> None:
    assert told(journey("2025-03-17"), "2025-03-16")["start"].done_on is None
    assert told(journey("2025-03-17"), "2025-03-17")["start"].done_on == day("2025-03-17")


def test_the_end_is_done_by_completing_alone() -> None:
    going = journey("2025-03-17")
    assert told(going, "2026-07-01")["planned_end"].done_on is None
    done = journey("2025-03-17", event("completed", "2026-05-01"))
    assert told(done, "2026-07-01")["planned_end"].done_on == day("2026-05-01")
    left = journey("2025-03-17", event("withdrawn", "2026-05-01"))
    assert told(left, "2026-07-01")["planned_end"].done_on is None


@pytest.mark.parametrize(("extended_to", "end", "how", "before"), [
    ("2026-06-16", "2026-06-17", LENGTH, None), ("2026-06-17", "2026-06-17", "As extended", None),
    ("2026-06-18", "2026-06-18", "As extended", "2026-06-17"),
])  # fmt: skip
def test_an_end_as_extended(extended_to: str, end: str, how: str, before: str | None) -> None:
    found = told(journey("2025-03-17", event("extended", "2026-05-01", extended_to=day(extended_to))), "2026-05-01")  # fmt: skip
    assert (found["planned_end"].on, found["planned_end"].how) == (day(end), how)
    was = found.get("end_before_extension")
    assert (was.on if was else None) == (day(before) if before else None)
    assert (was.done_on if was else None) == (day(before) if before else None)


def test_on_a_break_the_end_before_the_extension_moves_day_by_day() -> None:
    parts = journey(
        "2025-03-17", event("extended", "2026-01-05", extended_to=day("2026-12-31")), event("deferred", "2026-02-01")
    )  # fmt: skip
    assert told(parts, "2026-02-11")["end_before_extension"].on == ENDS + 10 * DAY


def test_where_no_length_is_known_only_an_extension_says_an_end() -> None:
    unknown = journey("2025-03-17", pathway=PQIP27, fte="0.6")
    found = told(unknown, "2025-06-01")
    assert (found["planned_end"].on, found["planned_end"].how) == (
        None,
        "No length is known for these hours",
    )
    assert (found["assessment_opens"].on, found["assessment_opens"].how) == (
        None,
        "No opening is known for these hours",
    )
    asked = journey(
        "2025-03-17", event("extended", "2025-05-01", extended_to=ENDS), pathway=PQIP27, fte="0.6"
    )
    assert (
        told(asked, "2025-06-01")["planned_end"].on,
        told(asked, "2025-06-01")["planned_end"].how,
    ) == (ENDS, LENGTH)
    known = told(journey("2025-03-17"), "2025-06-01")
    assert (known["planned_end"].how, known["assessment_opens"].how) == (LENGTH, "")


@pytest.mark.parametrize(("on", "done"), [(OPENS - DAY, False), (OPENS, True), (OPENS + DAY, True)])
def test_assessment_has_opened_from_its_day(on: dt.date, done: bool) -> None:
    assert told(journey("2025-03-17"), on)["assessment_opens"].done_on == (OPENS if done else None)
    due = journey("2025-03-17")[:1]  # nobody has recorded that they started
    assert told([replace(due[0], to_on=None)], on)["assessment_opens"].done_on is None


@pytest.mark.parametrize("achieved", [0, 1, 2, 3])
def test_as_many_units_are_done_as_are_achieved(achieved: int) -> None:
    found = told(journey("2025-03-17"), "2025-10-01", Strands(units=3, units_achieved=achieved))
    units = [found[f"unit_{number}"] for number in (1, 2, 3)]
    assert [each.done_on is not None for each in units] == [
        number <= achieved for number in (1, 2, 3)
    ]
    assert [each.done_on or each.on for each in units] == [each.on for each in units]
    assert units[1].title == "2 of 3 units expected"


def test_how_a_modules_day_was_worked_out() -> None:
    module = Required("CJS", "Justice", 5, 1, 2)
    known = told(journey("2025-03-17"), "2025-06-01", Strands(modules=[module]))["module_CJS"]
    assert (known.how, known.title, known.module) == (module.how, "Justice", module)
    unknown = journey("2025-03-17", pathway=PQIP27, fte="0.6")
    found = told(unknown, "2025-06-01", Strands(modules=[module]))["module_CJS"]
    assert (found.on, found.how) == (None, "No date is known for these hours")


@pytest.mark.parametrize(("done", "how", "finished"), [
    ((None, None), "0 of 2 courses attended", None), (("2025-04-01", None), "1 of 2 courses attended", None),
    (("2025-05-01", "2025-04-01"), "2 of 2 courses attended", "2025-05-01"),
])  # fmt: skip
def test_foundation_learning(done: tuple[str | None, ...], how: str, finished: str | None) -> None:
    courses = [
        Dated(f"Course {nth}", day(f"2025-06-0{nth + 1}"), day(on) if on else None) for nth, on in enumerate(done)
    ]  # fmt: skip
    found = told(journey("2025-03-17"), "2025-06-01", Strands(foundation=courses))["foundation"]
    assert (found.how, found.on, found.done_on) == (
        how,
        day("2025-06-02"),
        day(finished) if finished else None,
    )
    assert found.owed is False
    undated = [*courses, Dated("Course 9", None, day("2025-04-01"), owed=True)]
    found = told(journey("2025-03-17"), "2025-06-01", Strands(foundation=undated))["foundation"]
    assert found.how.endswith("; not every course has a date")
    assert found.owed is True
    assert (
        told(journey("2025-03-17"), "2025-06-01", Strands(foundation=undated[-1:]))["foundation"].on
        is None
    )


def test_in_order_of_date_and_what_has_none_last() -> None:
    modules = [
        Required("A", "A", 5, None, None), Required("B", "B", 5, 1, 1, own_on=day("2025-04-01")),
        Required("C", "C", 5, 1, 1, own_on=day("2025-05-01")),
    ]  # fmt: skip
    found = list(told(journey("2025-03-17"), "2025-06-01", Strands(modules=modules)))
    assert found == ["start", "module_B", "module_C", "assessment_opens", "planned_end", "module_A"]


@pytest.mark.parametrize(
    ("ended", "is_told"), [("2025-09-16", False), ("2025-09-17", True), ("2025-09-18", True)]
)
def test_of_who_left_what_was_due_up_to_that_day(ended: str, is_told: bool) -> None:
    found = told(journey("2025-03-17", event("withdrawn", ended)), "2026-01-01")
    assert ("assessment_opens" in found) == is_told


# Units, from stretches written down: assessment opens on day 0, and one of six is expected each sixth of the window.


def stretch(from_on: int, to_on: int | None, closes: int, **terms: Any) -> StatusPeriod:
    return StatusPeriod(
        **{
            "from_on": OPENS + from_on * DAY, "to_on": None if to_on is None else OPENS + to_on * DAY, "status": "active",
            "assessment_opens": OPENS, "planned_end": OPENS + closes * DAY,
        } | terms
    )  # fmt: skip


def first_unit(on: int, *parts: StatusPeriod) -> int:
    found = units_by(parts, 6, OPENS + on * DAY)[0]
    assert found is not None
    return (found - OPENS).days


def test_a_unit_that_a_change_brings_forward_is_expected_from_the_day_of_the_change() -> None:
    """60 days, day 10; from day 9 on 54 days, day 9."""
    assert first_unit(30, stretch(-90, 9, 60), stretch(9, None, 54)) == 9


@pytest.mark.parametrize(("closes", "expected"), [(60, 10), (66, 11), (72, 12), (120, 20)])
def test_a_unit_that_a_change_puts_off_is_expected_from_its_new_day(
    closes: int, expected: int
) -> None:
    """48 days, day 8; from day 10 on another end. Where it is expected on the day of the change still, day 8 stands."""
    assert first_unit(30, stretch(-90, 10, 48), stretch(10, None, closes)) == (
        8 if closes == 60 else expected
    )


@pytest.mark.parametrize(("on", "expected"), [(8, 5), (9, 20), (10, 20)])
def test_as_at_the_day_of_a_change_its_dates_hold(on: int, expected: int) -> None:
    assert first_unit(on, stretch(-90, 9, 30), stretch(9, None, 120)) == expected


def test_what_is_expected_later_is_asked_of_the_day() -> None:
    assert first_unit(3, stretch(-90, 9, 60), stretch(9, None, 120)) == 10
