"""The stages of a candidate's time, and how far a unit is: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.rules.stages import Course, unit_state

START, END = dt.date(2025, 1, 31), dt.date(2026, 4, 30)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (dt.date(2025, 1, 30), "not_yet"),
        (START, "starting"),
        (dt.date(2025, 4, 29), "starting"),
        (dt.date(2025, 4, 30), "middle"),
        (dt.date(2026, 1, 29), "middle"),
        (dt.date(2026, 1, 30), "near"),
        (END, "near"),
        (dt.date(2026, 5, 1), "past"),
    ],
)
def test_stages_begin_and_end_on_their_days(day: dt.date, stage: str) -> None:
    # Started on 31 January 2025: three months end on 30 April. Planned to end on 30 April 2026: near from 30 January.
    assert Course(START, END).stage(day) == stage
    assert Course(START, END, has_ended=True).stage(day) == "finished"


def test_without_an_end_nobody_is_near_it() -> None:
    assert Course(START).stage(dt.date(2030, 1, 1)) == "middle"
    assert Course().stage(START) == "not_yet"


def test_a_unit_is_as_far_as_its_criteria_and_sign_off() -> None:
    plain = {"is_signed_off": False, "is_achieved": False}
    assert [unit_state(3, met, **plain) for met in (0, 1, 3)] == ["nothing", "some_met", "all_met"]
    assert unit_state(3, 2, is_signed_off=True, is_achieved=False) == "signed_off"
    assert unit_state(3, 3, is_signed_off=True, is_achieved=True) == "achieved"
    assert unit_state(0, 0, **plain) == "nothing"
