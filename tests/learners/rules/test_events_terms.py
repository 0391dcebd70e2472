"""What an event asks of where the learner stands: a change that changes something; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from learners.rules.events_terms import ASKED, check_terms
from learners.rules.timeline import StatusPeriod
from pqip.core.errors import RuleBroken

from .test_timeline import day, event

ON, END, DAY = day("2025-09-01"), day("2026-06-17"), dt.timedelta(days=1)
STANDING = StatusPeriod(
    day("2025-03-17"), None, "active", region_id=1, pdu_id=3, pathway_id=15, cohort_id=4, fte=Decimal("0.8"), planned_end=END
)  # fmt: skip


def field_refused(kind: str, standing: StatusPeriod | None = STANDING, **terms: Any) -> str | None:
    """The field an event is refused by; None where it is taken."""
    try:
        check_terms(event(kind, ON.isoformat(), **terms), standing)
    except RuleBroken as broken:
        return broken.field
    return None


@pytest.mark.parametrize(("kind", "terms", "field"), [
    ("moved_pathway", {"to_pathway_id": 15}, "to_pathway"), ("moved_pathway", {"to_pathway_id": 14}, None),
    ("moved_pathway", {"to_pathway_id": 16}, None),
    ("moved_cohort", {"to_cohort_id": 4}, "to_cohort"), ("moved_cohort", {"to_cohort_id": 3}, None),
    ("moved_cohort", {"to_cohort_id": 5}, None),
    ("changed_fte", {"to_fte": Decimal("0.8")}, "to_fte"), ("changed_fte", {"to_fte": Decimal("0.7")}, None),
    ("changed_fte", {"to_fte": Decimal("1")}, None),
    ("moved_region", {"to_region_id": 1, "to_pdu_id": 3}, "to_region"),
    ("moved_region", {"to_region_id": 1, "to_pdu_id": 2}, None), ("moved_region", {"to_region_id": 2, "to_pdu_id": 3}, None),
    ("moved_region", {"to_region_id": 1}, None),
    ("extended", {"extended_to": END - DAY}, "extended_to"), ("extended", {"extended_to": END}, "extended_to"),
    ("extended", {"extended_to": END + DAY}, None),
])  # fmt: skip
def test_a_change_changes_something(kind: str, terms: dict[str, Any], field: str | None) -> None:
    assert kind in ASKED
    assert field_refused(kind, **terms) == field
    assert field_refused(kind, None, **terms) is None  # where nobody knows how they stand


def test_terms_of_other_kinds_are_compared_with_nothing() -> None:
    """An event of one kind may carry the terms of another that stay as they are."""
    same = {
        "to_pathway_id": 15, "to_cohort_id": 4, "to_fte": Decimal("0.8"), "to_region_id": 1, "to_pdu_id": 3, "extended_to": END,
    }  # fmt: skip
    assert field_refused("enrolled", **same) is None
    assert field_refused("moved_cohort", **same | {"to_cohort_id": 5}) is None


@pytest.mark.parametrize(("days", "field"), [
    (-1, "expected_return"), (0, "expected_return"), (1, None),
])  # fmt: skip
def test_a_break_ends_after_it_begins(days: int, field: str | None) -> None:
    assert field_refused("deferred", expected_return=ON + days * DAY) == field
    assert field_refused("deferred", None, expected_return=ON + days * DAY) == field
    assert field_refused("resumed", expected_return=ON + days * DAY) is None


@pytest.mark.parametrize(("fte", "field"), [("0.5", "to_fte"), ("0.6", None), ("1.1", "to_fte")])
def test_hours_that_somebody_works(fte: str, field: str | None) -> None:
    assert field_refused("changed_fte", None, to_fte=Decimal(fte)) == field
    assert field_refused("enrolled", None, to_fte=Decimal(fte)) is None
