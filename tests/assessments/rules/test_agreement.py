"""What counts as another sampling plan: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

from assessments.rules.sampling_agreement import (
    AGAIN,
    AGREED,
    COMMENTED,
    NOT_YET,
    plan_of,
    state_of,
)

D = dt.date


def test_what_is_another_plan() -> None:
    rows = [(1, "interim", 7, D(2026, 6, 1)), (2, "summative", 7, D(2026, 6, 1))]
    plan = plan_of(rows)
    assert plan == plan_of(reversed(rows)), "in whatever order"
    assert plan.samples == 2
    for other in (
        [rows[0]],
        [*rows, (3, "interim", 7, D(2026, 6, 1))],
        [rows[0], (2, "summative", 8, D(2026, 6, 1))],
        [rows[0], (2, "interim", 7, D(2026, 6, 1))],
        [rows[0], (2, "summative", 7, D(2026, 6, 2))],
    ):
        assert plan_of(other).fingerprint != plan.fingerprint
    assert state_of(plan, None) == NOT_YET
    assert state_of(plan, (plan.fingerprint, True)) == AGREED
    assert state_of(plan, (plan.fingerprint, False)) == COMMENTED
    assert state_of(plan, ("other", True)) == state_of(plan, ("other", False)) == AGAIN
