"""A decision as it counts: when it is final, and what its countersigner disagreed with; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.rules.evidence import Decided, decided

ON, LATER = dt.date(2026, 3, 10), dt.date(2026, 3, 20)


@pytest.mark.parametrize(("is_needed", "outcome", "final_on"), [
    (False, None, ON), (False, "returned", ON), (True, None, None), (True, "agreed", LATER), (True, "disagreed", LATER),
    (True, "returned", None),
])  # fmt: skip
def test_the_day_a_decision_becomes_final(
    is_needed: bool, outcome: str | None, final_on: dt.date | None
) -> None:
    one = Decided(7, ON, 2, [1], [], is_needed, outcome, LATER if outcome else None)
    assert one.final_on == final_on
    assert one.order == (ON, 2, 7)


@pytest.mark.parametrize(("is_needed", "disagreed", "met", "not_met"), [
    (True, [2], [1], [3, 2]), (False, [2], [1, 2], [3]), (True, [], [1, 2], [3]), (True, None, [1, 2], [3]),
    (True, [1, 2], [], [3, 1, 2]),
])  # fmt: skip
def test_what_a_countersigner_disagreed_with_is_not_yet_met(
    is_needed: bool, disagreed: list[int] | None, met: list[int], not_met: list[int]
) -> None:
    one = decided(7, ON, 1, [1, 2], [3], is_needed, "disagreed", LATER, disagreed=disagreed)
    assert (one.met, one.not_met) == (met, not_met)
