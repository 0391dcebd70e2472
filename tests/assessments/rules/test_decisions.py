"""What a decision on evidence may say, and when (rules C2 32, C3 51, 64); the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assessments.rules.decisions import check_again, check_decision, check_feedback, check_judged
from pqip.core.errors import RuleBroken

ON, DAY = dt.date(2026, 3, 10), dt.timedelta(days=1)
ASKED = {"valid", "authentic"}


def field_refused(rule: Any, **said: Any) -> str | None:
    try:
        rule(**said)
    except RuleBroken as broken:
        return broken.field
    return None


@pytest.mark.parametrize(("met", "judged", "field"), [
    ([1], {"valid", "authentic"}, None), ([1], {"valid"}, "judged"), ([1], set(), "judged"),
    ([], {"valid"}, None), ([], set(), None), ([], {"valid", "authentic"}, None),
    ([], {"pretty"}, "judged"), ([1], {"valid", "authentic", "pretty"}, "judged"),
])  # fmt: skip
def test_competent_is_confirmed_in_every_respect(
    met: list[int], judged: set[str], field: str | None
) -> None:
    assert field_refused(check_judged, met=met, judged=judged, asked=ASKED) == field


@pytest.mark.parametrize(("not_met", "feedback", "field"), [
    ([], "", None), ([1], "", "feedback"), ([1], " ", "feedback"), ([1], "More of it", None), ([], "Well done", None),
])  # fmt: skip
def test_what_is_not_yet_met_is_explained(
    not_met: list[int], feedback: str, field: str | None
) -> None:
    assert field_refused(check_feedback, not_met=not_met, feedback=feedback) == field


@pytest.mark.parametrize(("met", "not_met", "field"), [
    ([1], [], "criteria_met"), ([], [1], "criteria_met"), ([2], [3], None), ([2], [3, 1], "criteria_met"), ([], [], None),
])  # fmt: skip
def test_evidence_handed_in_again_names_only_what_is_open(
    met: list[int], not_met: list[int], field: str | None
) -> None:
    assert field_refused(check_again, met=met, not_met=not_met, held=[1, 9]) == field


@pytest.mark.parametrize(("changes", "field"), [
    ({}, None), ({"met": []}, None), ({"not_met": []}, None), ({"met": [], "not_met": []}, "criteria_met"),
    ({"not_met": [1]}, "criteria_met"), ({"met": [1, 2], "not_met": [2, 3]}, "criteria_met"),
    ({"met": [4]}, "criteria_met"), ({"not_met": [4]}, "criteria_met"), ({"met": [1, 3]}, None),
    ({"decided_on": ON - DAY}, "decided_on"), ({"decided_on": ON}, None), ({"decided_on": ON + DAY}, None),
    ({"decided_on": ON + 5 * DAY}, None), ({"decided_on": ON + 6 * DAY}, "decided_on"),
])  # fmt: skip
def test_a_decision_names_what_is_offered_from_the_day_submitted_to_today(
    changes: dict[str, Any], field: str | None
) -> None:
    usual = {
        "met": [1], "not_met": [2], "offered": [1, 2, 3], "decided_on": ON, "submitted_on": ON, "today": ON + 5 * DAY,
    }  # fmt: skip
    assert field_refused(check_decision, **usual | changes) == field
