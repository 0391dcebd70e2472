"""What may be recorded of support conversations, on the day before, the day, and the day after."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.conversations import CALLS, check_action, check_came, check_offered
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)
ON, TODAY = dt.date(2025, 6, 2), dt.date(2025, 6, 10)


def field_of(call: object, *asked: object) -> str | None:
    """The field that is refused; blank for a refusal of none, None where nothing is refused."""
    try:
        call(*asked)  # type: ignore[operator]
    except RuleBroken as broken:
        return broken.field or ""
    return None


def test_each_call_is_named_once_and_none_is_about_how_a_learner_gets_on() -> None:
    assert len(set(CALLS)) == len(CALLS) == 8
    assert not {"behind", "at_risk", "deferred", "modules"} & set(CALLS)


@pytest.mark.parametrize(("offered", "started", "left", "field"), [
    (TODAY, ON, None, None), (TODAY + DAY, ON, None, "offered_on"), (ON, ON, None, None),
    (ON - DAY, ON, None, "offered_on"), (TODAY, None, None, "offered_on"), (ON + DAY, ON, ON + DAY, "offered_on"),
    (ON, ON, ON + DAY, None), (ON + 2 * DAY, ON, ON + DAY, "offered_on"),
])  # fmt: skip
def test_an_offer(
    offered: dt.date, started: dt.date | None, left: dt.date | None, field: str | None
) -> None:
    assert field_of(check_offered, offered, started, left, TODAY) == field


@pytest.mark.parametrize(("came", "day", "field"), [
    ("held", ON, None), ("held", ON - DAY, "came_on"), ("declined", TODAY, None), ("declined", TODAY + DAY, "came_on"),
    ("held", None, "came_on"), ("", None, None), ("", ON, "came"),
])  # fmt: skip
def test_what_came_of_it(came: str, day: dt.date | None, field: str | None) -> None:
    assert field_of(check_came, ON, came, day, TODAY) == field


@pytest.mark.parametrize(("changed", "field"), [
    ({}, None), ({"held": None}, ""), ({"what": " "}, "what"),
    ({"agreed": ON - DAY}, "agreed_on"), ({"agreed": TODAY, "do_by": TODAY}, None), ({"agreed": TODAY + DAY}, "agreed_on"),
    ({"do_by": ON}, None), ({"do_by": ON - DAY}, "do_by"),
    ({"done": ON}, None), ({"done": ON - DAY}, "done_on"), ({"done": TODAY}, None), ({"done": TODAY + DAY}, "done_on"),
])  # fmt: skip
def test_something_agreed(changed: dict[str, object], field: str | None) -> None:
    stated = {"held": ON, "what": "A PTA is found", "agreed": ON, "do_by": TODAY, "done": None}
    assert field_of(check_action, *(stated | changed).values(), TODAY) == field
