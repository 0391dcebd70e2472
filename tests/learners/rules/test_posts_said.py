"""What the events of an enrolment say of the learner's post; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from learners.rules.posts import (
    BEGINS,
    HOURS,
    LEAVES,
    LEFT_SERVICE,
    MOVES,
    NEVER,
    OFFICER,
    Accepted,
    PostChange,
    post_changes,
)

from .posting import FULL_TIME, at, event, on

PART_TIME = Decimal("0.6")
ENROLLED = event("enrolled", on(0), 1, to_region_id=1, to_pdu_id=3, to_fte=FULL_TIME)
STARTED = event("started", on(0), 2)


def recorded_at(one: Any) -> dt.datetime:
    return at(one.id)


def said(*events: SimpleNamespace, accepted: Accepted | None = None) -> list[PostChange]:
    return post_changes(events, recorded_at, accepted)


def begins(
    day: int = 0, region: int = 1, pdu: int | None = 3, fte: Decimal = FULL_TIME
) -> PostChange:
    return PostChange(on(day), BEGINS, at(1), region, pdu, fte)


def test_without_first_terms_nothing_is_said() -> None:
    assert said(STARTED) == []


def test_a_post_begins_on_the_planned_first_day_and_then_on_the_real_one() -> None:
    assert said(ENROLLED) == [begins()]
    assert said(ENROLLED, event("started", on(9), 2)) == [begins(9)]
    assert said(event("changed_fte", on(-5), 4, to_fte=PART_TIME), ENROLLED) == [
        begins(fte=PART_TIME), PostChange(on(0), HOURS, at(4), fte=PART_TIME),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "first", "later"), [
    (-1, begins(region=2, pdu=None), [PostChange(on(0), MOVES, at(3), 2, None)]),
    (0, begins(region=2, pdu=None), [PostChange(on(0), MOVES, at(3), 2, None)]),
    (1, begins(), [PostChange(on(1), MOVES, at(3), 2, None)]),
])  # fmt: skip
def test_a_move_about_the_first_day(day: int, first: PostChange, later: list[PostChange]) -> None:
    move = event("moved_region", on(day), 3, to_region_id=2)
    assert said(ENROLLED, STARTED, move) == [first, *later]


@pytest.mark.parametrize(("day", "first", "later"), [
    (-1, begins(fte=PART_TIME), [PostChange(on(0), HOURS, at(3), fte=PART_TIME)]),
    (0, begins(fte=PART_TIME), [PostChange(on(0), HOURS, at(3), fte=PART_TIME)]),
    (1, begins(), [PostChange(on(1), HOURS, at(3), fte=PART_TIME)]),
])  # fmt: skip
def test_other_hours_about_the_first_day(
    day: int, first: PostChange, later: list[PostChange]
) -> None:
    change = event("changed_fte", on(day), 3, to_fte=PART_TIME)
    assert said(ENROLLED, STARTED, change) == [first, *later]


def test_what_is_not_about_the_post_says_nothing() -> None:
    assert said(
        ENROLLED, STARTED, event("moved_cohort", on(3), 3, to_region_id=9), event("deferred", on(4), 4, to_fte=PART_TIME),
        event("resumed", on(9), 5), event("withdrawn", on(20), 6, destination="other_work"),
    ) == [begins()]  # fmt: skip


@pytest.mark.parametrize(("kind", "day", "until"), [
    ("did_not_start", -4, 0), ("did_not_start", 0, 0), ("did_not_start", 6, 6), ("withdrawn", -4, 0),
])  # fmt: skip
def test_who_never_started_had_no_post_from_the_planned_first_day_on(
    kind: str, day: int, until: int
) -> None:
    never = event(kind, on(day), 5, destination=LEFT_SERVICE)
    assert said(ENROLLED, never) == [PostChange(on(0), NEVER, at(5), until=on(until))]


@pytest.mark.parametrize("on_a_break", [False, True])
def test_who_leaves_the_service_leaves_the_post(on_a_break: bool) -> None:
    pause = [event("deferred", on(5), 3)] if on_a_break else []
    left = event("withdrawn", on(20), 6, destination=LEFT_SERVICE)
    assert said(ENROLLED, STARTED, *pause, left) == [begins(), PostChange(on(20), LEAVES, at(6))]


@pytest.mark.parametrize(("day", "hour", "from_on", "from_hour"), [
    (19, 2, 20, 6), (20, 6, 20, 6), (21, 9, 21, 9),
])  # fmt: skip
def test_an_officers_post_from_the_day_accepted_but_not_before_they_completed(
    day: int, hour: int, from_on: int, from_hour: int
) -> None:
    accepted = Accepted(on(day), 2, None, at(hour))
    completed = event("completed", on(20), 6, destination=LEFT_SERVICE)
    assert said(ENROLLED, STARTED, completed, accepted=accepted) == [
        begins(), PostChange(on(from_on), OFFICER, at(from_hour), 2, None),
    ]  # fmt: skip
    assert said(ENROLLED, STARTED, completed) == [begins()]
    withdrawn = event("withdrawn", on(20), 6)
    assert said(ENROLLED, STARTED, withdrawn, accepted=accepted) == [begins()]


def test_nothing_is_said_of_an_end_that_has_not_come() -> None:
    accepted = Accepted(on(20), 2, None, at(9))
    assert said(ENROLLED, STARTED, accepted=accepted) == [begins()]
