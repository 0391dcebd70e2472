"""Before day one: the clock, what was told, adjustments, mentors, steps: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.starting import (
    AGREED,
    ASKED,
    DONE,
    DONE_ACTION_TAKEN,
    NOT_NEEDED,
    PAUSED,
    RESUMED,
    TARGET_DAYS,
    Adjustment,
    ArrangementState,
    Step,
    adjustments_state,
    arrangement_state,
    can_be_done,
    check_step,
    days,
    mentor_state,
    next_states,
    told_state,
)
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 3, 2)


def on(number: int) -> dt.date:
    return FIRST + number * DAY


def steps(*taken: tuple[int, str]) -> list[Step]:
    return [Step(on(number), state) for number, state in taken]


@pytest.mark.parametrize(("taken", "at", "calendar", "paused"), [
    ([(0, ASKED)], 0, 0, 0),
    ([(0, ASKED)], 25, 25, 0),
    ([(0, ASKED), (10, PAUSED)], 10, 10, 0),
    ([(0, ASKED), (10, PAUSED)], 11, 11, 1),
    ([(0, ASKED), (10, PAUSED), (20, RESUMED)], 30, 30, 10),
    ([(0, ASKED), (10, PAUSED), (10, RESUMED)], 30, 30, 0),
    ([(0, ASKED), (5, PAUSED), (8, RESUMED), (20, PAUSED), (24, RESUMED), (30, DONE)], 90, 30, 7),
    ([(0, ASKED), (10, PAUSED), (40, DONE)], 90, 40, 30),
    ([(0, ASKED), (10, DONE), (50, ASKED)], 53, 3, 0),
])  # fmt: skip
def test_c5_79_the_clock_stands_still_while_information_is_missing(
    taken: list[tuple[int, str]], at: int, calendar: int, paused: int
) -> None:
    found = days(steps(*taken), on(at))
    assert found is not None
    assert (found.calendar, found.paused, found.counted) == (calendar, paused, calendar - paused)


@pytest.mark.parametrize(
    ("lasted", "past"), [(TARGET_DAYS - 1, False), (TARGET_DAYS, False), (TARGET_DAYS + 1, True)]
)
def test_c5_79_the_target_of_25_days(lasted: int, past: bool) -> None:
    found = days(steps((0, ASKED), (7, PAUSED), (14, RESUMED), (lasted + 7, DONE)), on(200))
    assert found is not None
    assert (found.counted, found.is_past_target) == (lasted, past)


def test_what_was_never_started_has_no_days() -> None:
    assert days(steps((3, DONE)), on(9)) is None
    assert arrangement_state(steps((3, DONE)), on(2)) == ArrangementState()
    assert arrangement_state(steps((3, DONE)), on(3)) == ArrangementState(DONE, on(3))


@pytest.mark.parametrize(("changed", "finished"), [(2, True), (3, True), (4, False), (10, True)])
def test_c5_81_whoever_was_told_before_a_change_is_to_be_told_again(
    changed: int, finished: bool
) -> None:
    assert told_state(steps((3, DONE)), [on(changed)], on(9)).is_finished is finished


@pytest.mark.parametrize(("needs", "state", "since"), [
    ([], "", None),
    ([(1, None)], AGREED, 1),
    ([(1, 4), (2, None)], AGREED, 2),
    ([(1, 4), (2, 9)], DONE, 9),
    ([(1, 4), (2, 10)], AGREED, 2),
    ([(1, 4), (10, None)], DONE, 4),
    ([(1, None, 9), (2, 4)], DONE, 4),
    ([(1, None, 10), (2, 4)], AGREED, 1),
    ([(1, 2, 8), (1, 2, 9)], NOT_NEEDED, 9),
])  # fmt: skip
def test_adjustments_are_in_place_once_all_are(
    needs: list[Any], state: str, since: int | None
) -> None:
    rows = [
        Adjustment(*(None if number is None else on(number) for number in need)) for need in needs
    ]  # type: ignore[arg-type]
    found = adjustments_state([], rows, on(9))
    assert (found.state, found.since) == (state, None if since is None else on(since))


@pytest.mark.parametrize(("begins", "ends", "arranged"), [
    (0, None, True), (20, None, True), (21, None, False), (0, 20, True), (0, 19, False),
])  # fmt: skip
def test_a_mentor_is_there_on_the_first_day(begins: int, ends: int | None, arranged: bool) -> None:
    rows = [(on(begins), None if ends is None else on(ends))]
    assert mentor_state(rows, on(20), on(5)).is_finished is arranged


@pytest.mark.parametrize(("state", "day", "field"), [
    (RESUMED, 5, "state"), (DONE_ACTION_TAKEN, 5, "state"), (ASKED, 5, "state"), (DONE, 2, "on"), (DONE, 21, "on"),
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused(state: str, day: int, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_step("vetting", steps((3, ASKED)), state, on(day), on(20))
    assert broken.value.field == field


def test_the_target_is_25_days_by_the_manual() -> None:
    assert TARGET_DAYS == 25


def test_an_arrangement_stands_where_its_latest_step_left_it() -> None:
    taken = steps((3, ASKED), (5, PAUSED), (9, RESUMED))
    for at, state, since in (
        (3, ASKED, 3),
        (4, ASKED, 3),
        (5, PAUSED, 5),
        (9, RESUMED, 9),
        (20, RESUMED, 9),
    ):
        found = arrangement_state(taken, on(at))
        assert (found.state, found.since) == (state, on(since))
    assert arrangement_state(taken, on(2)) == ArrangementState()


@pytest.mark.parametrize(("changed", "finished"), [(8, False), (9, False), (10, True)])
def test_a_change_counts_from_its_day(changed: int, finished: bool) -> None:
    found = told_state(steps((3, DONE)), [on(changed)], on(9))
    assert (found.is_finished, found.told_before_change) == (finished, not finished)
    assert told_state([], [on(1)], on(9)) == ArrangementState()


@pytest.mark.parametrize(("agreed", "state"), [(8, AGREED), (9, AGREED), (10, "")])
def test_an_adjustment_is_agreed_from_its_day(agreed: int, state: str) -> None:
    assert adjustments_state([], [Adjustment(on(agreed))], on(9)).state == state


def test_without_an_adjustment_the_steps_say_where_it_stands() -> None:
    assert adjustments_state(steps((2, NOT_NEEDED)), [], on(9)) == ArrangementState(
        NOT_NEEDED, on(2)
    )


@pytest.mark.parametrize(("ends", "arranged"), [(4, False), (5, True), (6, True), (None, True)])
def test_after_the_first_day_a_mentor_is_there_on_the_day_itself(
    ends: int | None, arranged: bool
) -> None:
    rows = [(on(0), None if ends is None else on(ends))]
    for start in (None, on(2)):
        assert mentor_state(rows, start, on(5)).is_finished is arranged
    assert mentor_state([*rows, (on(1), None)], on(2), on(5)).since == (
        on(0) if arranged else on(1)
    )


@pytest.mark.parametrize(("arrangement", "state", "can"), [
    ("office", "", True), ("office", DONE, False), ("vetting", ASKED, True), ("vetting", PAUSED, True), ("vetting", DONE, False),
    ("vetting", NOT_NEEDED, False), ("mentor", "", False), ("adjustments", AGREED, False), ("adjustments", "", False),
    ("office", AGREED, True),
])  # fmt: skip
def test_whether_done_is_what_is_lacking(arrangement: str, state: str, can: bool) -> None:
    assert can_be_done(arrangement, ArrangementState(state)) is can


def test_what_was_told_before_a_change_can_be_done_again() -> None:
    assert can_be_done("pathway_told", ArrangementState(DONE, told_before_change=True))
    assert next_states("vetting", ASKED) == [PAUSED, DONE, NOT_NEEDED]


def refused_by(
    arrangement: str, taken: list[Step], state: str, day: int, note: str = ""
) -> str | None:
    try:
        check_step(arrangement, taken, state, on(day), on(20), note)
    except RuleBroken as broken:
        return broken.field
    return None


@pytest.mark.parametrize(("day", "field"), [
    (4, "on"), (5, None), (6, None), (19, None), (20, None), (21, "on"),
])  # fmt: skip
def test_a_step_from_the_day_of_the_one_before_to_today(day: int, field: str | None) -> None:
    assert refused_by("vetting", steps((3, ASKED), (5, PAUSED)), RESUMED, day) == field


def test_a_step_follows_the_latest_and_says_since_when() -> None:
    taken = steps((3, ASKED), (5, DONE))
    assert refused_by("vetting", taken, PAUSED, 9) == "state"
    assert refused_by("vetting", taken, ASKED, 9) is None
    with pytest.raises(RuleBroken, match="The step before was on 7 March 2026"):
        check_step("vetting", taken, ASKED, on(4), on(20))
    assert refused_by("vetting", taken, DONE, 5) == "on"  # it is recorded for that day already
    assert refused_by("vetting", taken, DONE, 6) is None
    assert refused_by("vetting", [], PAUSED, 6) == "state"


@pytest.mark.parametrize(("arrangement", "field"), [
    ("cases_handed_over", "note"), ("family_connection", "note"), ("office", None), ("vetting", None),
])  # fmt: skip
def test_of_two_arrangements_no_note_is_kept(arrangement: str, field: str | None) -> None:
    assert refused_by(arrangement, [], DONE, 5, "Something") == field
    assert refused_by(arrangement, [], DONE, 5) is None
