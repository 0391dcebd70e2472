"""What may be recorded as the last day of a placement and of an adjustment: the day before, the day and the day after."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.actions.practice import plan_placement, record_placement
from learners.actions.support import add_support, change_support
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)


def field_of(refused: pytest.ExceptionInfo[RuleBroken]) -> str | None:
    return refused.value.field


@pytest.mark.parametrize(("began", "ended", "field"), [
    (-9, -10, "ended_on"), (-9, -9, None), (-9, -8, None), (-9, -1, None), (-9, 0, None), (-9, 1, "ended_on"),
    (0, 0, None), (1, 1, "began_on"),
])  # fmt: skip
def test_a_placement_ends_from_its_first_day_to_today(
    began: int, ended: int, field: str | None
) -> None:
    row = plan_placement(
        by=BY, enrolment=make.enrolment(), setting="court", first=today() - 9 * DAY, last=today()
    )
    days = {"began_on": today() + began * DAY, "ended_on": today() + ended * DAY}
    if field is None:
        assert record_placement(by=BY, placement=row, **days).ended_on == days["ended_on"]
        return
    with pytest.raises(RuleBroken) as refused:
        record_placement(by=BY, placement=row, **days)
    assert field_of(refused) == field


@pytest.mark.parametrize(("days", "field"), [(-1, "ended_on"), (0, None), (1, None)])
def test_an_adjustment_ends_from_the_day_it_was_agreed(days: int, field: str | None) -> None:
    agreed = today() - 9 * DAY
    need = add_support(by=BY, enrolment=make.enrolment(), agreed_on=agreed, adjustment="A screen")
    asked = {
        "agreed_on": agreed, "adjustment": "A screen", "in_place_on": None, "review_on": None, "owner": None,
        "ended_on": agreed + days * DAY,
    }  # fmt: skip
    if field is None:
        assert change_support(by=BY, need=need, **asked).ended_on == asked["ended_on"]
        return
    with pytest.raises(RuleBroken) as refused:
        change_support(by=BY, need=need, **asked)
    assert field_of(refused) == field
