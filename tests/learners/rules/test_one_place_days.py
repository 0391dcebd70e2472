"""The days a place is held, and one place at a time; the rules alone, without a database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from learners.rules.places import PlacePeriod, check_one_place, place_period
from pqip.core.errors import RuleBroken

from .test_days_recorded import field, on


def event(kind: str, days: int, number: int = 1) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, effective_on=on(days), id=number)


ENROLLED, STARTED = event("enrolled", 0), event("started", 5)


@pytest.mark.parametrize(("events", "since", "until"), [
    ([ENROLLED], 0, None), ([ENROLLED, STARTED], 5, None), ([STARTED, ENROLLED, event("withdrawn", 9)], 5, 9),
    ([ENROLLED, STARTED, event("deferred", 7), event("withdrawn", 9)], 5, 9),
    ([ENROLLED, STARTED, event("deferred", 7)], 5, None),
    ([ENROLLED, STARTED, event("completed", 9), event("qualified", 12)], 5, 9),
    ([ENROLLED, STARTED, event("withdrawn", 9), event("withdrawn", 11)], 5, 9),
    ([ENROLLED, event("did_not_start", 1)], 0, 1), ([ENROLLED, STARTED, event("withdrawn", 6)], 5, 6),
    ([ENROLLED, event("enrolled", 3), STARTED, event("started", 8)], 5, None),
])  # fmt: skip
def test_the_days_a_place_is_held(
    events: list[SimpleNamespace], since: int, until: int | None
) -> None:
    assert place_period(events) == PlacePeriod(on(since), None if until is None else on(until))


@pytest.mark.parametrize("events", [
    [], [event("moved_cohort", 0)], [ENROLLED, event("did_not_start", -1)], [ENROLLED, event("did_not_start", 0)],
    [ENROLLED, event("withdrawn", -1)],
])  # fmt: skip
def test_a_place_that_ended_before_it_began_was_not_held(events: list[SimpleNamespace]) -> None:
    assert place_period(events) is None


@pytest.mark.parametrize(("since", "meets"), [(8, True), (9, False), (10, False)])
def test_one_place_begins_when_the_other_has_ended(since: int, meets: bool) -> None:
    one = PlacePeriod(on(0), on(9))
    for other in (PlacePeriod(on(since), None), PlacePeriod(on(since), on(30))):
        assert (one.overlaps(other), other.overlaps(one)) == (meets, meets)
    assert field(check_one_place, one, [None, PlacePeriod(on(since), None)], "person") == (
        "person" if meets else None
    )
    assert field(check_one_place, None, [one]) is None
    assert field(check_one_place, one, []) is None


def test_what_is_said_of_a_second_place() -> None:
    with pytest.raises(RuleBroken, match="End that place first"):
        check_one_place(PlacePeriod(on(0), None), [PlacePeriod(on(-9), None)])
    with pytest.raises(RuleBroken, match="another place of theirs ended on 5 June 2025"):
        check_one_place(
            PlacePeriod(on(0), None), [PlacePeriod(on(-20), on(-10)), PlacePeriod(on(-9), on(3))]
        )
