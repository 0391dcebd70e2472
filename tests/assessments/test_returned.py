"""A decision returned while it needed a countersignature stays returned, whatever its stamp says later."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from assessments.actions.assessors import record_assessor
from assessments.actions.countersigning import void_countersignature
from assessments.actions.decisions import decide
from assessments.derived import proof
from assessments.derived.criteria import criteria_after, decisions_of
from assessments.facts import progress
from assessments.models import CriterionMet, Decision, Wait
from pqip.core.clock import now
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments as make
from tests.factories.assessments import BY, JUDGED

pytestmark = pytest.mark.django_db
D = dt.date
DATED, DAY, OUTCOME = D(2025, 8, 1), D(2025, 8, 10), D(2025, 8, 20)


def rows(query: progress.Query) -> list[dict[str, Any]]:
    sql, parameters = query
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def year(question: Any, known_at: dt.datetime | None = None) -> list[dict[str, Any]]:
    return rows(question(D(2025, 1, 1), D(2026, 6, 30), known_at))


def waiting(day: D, known_at: dt.datetime | None = None) -> list[str]:
    return sorted(row["kind"] for row in rows(progress.waiting(day, known_at)))


def against(outcome: str) -> Decision:
    """A trainee's decision, returned or disagreed with; then their award is found to be older than it."""
    decision = make.decision(
        make.evidence(make.registration()), make.trainee(), DAY, ("1.1.1", "1.1.2")
    )
    disagreed = decision.criteria_met[:1] if outcome == "disagreed" else []
    make.countersignature(
        decision, make.countersigner(), OUTCOME, outcome, disagreed=disagreed, feedback="Why"
    )
    return decision


def re_date(decision: Decision, day: D = DATED) -> None:
    record_assessor(person=decision.assessor, by=BY, reason="Certificate", achieved_on=day)


def test_returned_it_stays_returned_until_it_is_decided_anew() -> None:
    decision = against("returned")
    re_date(decision)
    assert not decision.stamps.live().get().is_needed
    assert decisions_of(decision.evidence_id)[0].final_on is None
    assert not CriterionMet.objects.exists()
    assert Wait.objects.get(to_on=None).decision == decision
    assert waiting(D(2025, 8, 19)) == ["countersignature"], "it waited until it was returned"
    assert waiting(OUTCOME) == ["decision"]
    assert year(progress.finals) == []
    anew = decide(
        evidence=decision.evidence,
        assessor=decision.assessor,
        decided_on=D(2025, 9, 1),
        met=decision.criteria_met,
        not_met=[],
        judged=JUDGED,
        by=BY,
    )
    assert [row["decision_id"] for row in year(progress.finals)] == [anew.pk]
    assert waiting(D(2025, 9, 1)) == []
    assert set(CriterionMet.objects.values_list("from_on", flat=True)) == {D(2025, 9, 1)}


def test_what_was_disagreed_with_stays_not_yet_met() -> None:
    decision = against("disagreed")
    re_date(decision)
    assert criteria_after(decision.evidence_id) == (
        decision.criteria_met[1:],
        decision.criteria_met[:1],
    )
    assert [row["final_on"] for row in year(progress.finals)] == [OUTCOME]


def test_agreed_it_is_final_from_the_day_it_was_made_once_none_was_needed() -> None:
    decision = make.decision(make.evidence(make.registration()), make.trainee(), DAY)
    make.countersignature(decision, make.countersigner(), OUTCOME)
    re_date(decision)
    assert [row["final_on"] for row in year(progress.finals)] == [DAY]


@pytest.mark.parametrize("outcome", ["returned", "disagreed"])
def test_one_that_never_needed_a_countersignature_is_not_changed_by_one(outcome: str) -> None:
    decision = make.decision(make.evidence(make.registration()), make.assessor(), DAY)
    disagreed = decision.criteria_met[:1] if outcome == "disagreed" else []
    make.countersignature(decision, make.countersigner(), OUTCOME, outcome, disagreed=disagreed)
    assert [row["final_on"] for row in year(progress.finals)] == [DAY]
    assert CriterionMet.objects.count() == 6
    assert waiting(D(2025, 9, 1)) == []


def test_it_was_known_as_it_was_known() -> None:
    """Before the return, before the award was dated, and after: each instant has its own answer, for ever."""
    decision = make.decision(make.evidence(make.registration()), make.trainee(), DAY, ("1.1.1",))
    made = safe_known_at()
    signature = make.countersignature(
        decision, make.countersigner(), OUTCOME, "returned", feedback="Why"
    )
    returned = safe_known_at()
    re_date(decision)
    dated = safe_known_at()
    re_date(decision, D(2025, 9, 1))
    late = D(2025, 9, 1)
    assert [waiting(late, at) for at in (made, returned, dated, now())] == [
        ["countersignature"],
        *[["decision"]] * 3,
    ]
    assert all(year(progress.finals, at) == [] for at in (made, returned, dated, None))
    assert signature.outcome == "returned"


def test_undone_before_the_award_was_dated_a_return_holds_nothing_back() -> None:
    decision = against("returned")
    void_countersignature(signature=decision.countersignatures.get(), reason="Wrong", by=BY)
    re_date(decision)
    assert [row["final_on"] for row in year(progress.finals)] == [DAY]


def test_the_proof_agrees() -> None:
    for outcome in ("returned", "disagreed"):
        re_date(against(outcome))
    assert [*proof.derived(), *proof.stamps()] == []
