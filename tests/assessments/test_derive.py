"""What is kept equals what is worked out from scratch, and facts as known then equal what was so at the time."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import facts
from assessments.actions import assessors, countersigning, deciding, derive, evidence, signing_off
from assessments.models import Countersignature, CriterionMet, Decision, UnitAchievement, Wait
from pqip.core.acting import Job
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments as make

pytestmark = pytest.mark.django_db
BY = Job("test")
FIRST = dt.date(2025, 8, 1)


def rows(query: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(*query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def kept(registration: int) -> tuple[set[Any], set[Any], set[Any]]:
    return (
        set(
            Wait.objects.filter(evidence__registration=registration).values_list(
                "kind", "evidence", "decision", "from_on", "to_on"
            )
        ),
        set(CriterionMet.objects.filter(registration=registration).values_list("criterion", "from_on", "to_on")),
        set(UnitAchievement.objects.filter(registration=registration).values_list("unit", "from_on", "to_on")),
    )


def from_scratch(registration: int, known_at: dt.datetime | None = None) -> tuple[set[Any], set[Any], set[Any]]:
    (found,) = derive.worked_out([registration], known_at)
    return {tuple(wait) for wait in found.waits}, {tuple(one) for one in found.met}, {tuple(one) for one in found.achieved}


def pictures(known_at: dt.datetime | None) -> list[Any]:
    """Every relation of facts on a few days, as known at an instant."""
    days = [FIRST + dt.timedelta(days=days) for days in (5, 20, 60)]
    asked = [question(day, known_at) for day in days for question in (facts.waiting, facts.progress)]
    asked += [
        question(FIRST, days[-1], known_at) for question in (facts.submissions, facts.decisions, facts.outcomes, facts.finals)
    ]
    return [sorted(map(str, rows(query))) for query in asked]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "decide", "agree", "return", "sign", "void decision", "void signature", "redate", "correct"]),
        st.integers(0, 40),
        st.integers(0, 3),
    ),
    min_size=3,
    max_size=14,
)


class World:
    """One candidate, a trainee, a countersigner, and steps taken in any order; a step the rules refuse is no step."""

    def __init__(self) -> None:
        self.registration = make.registration(of=make.qualification("TQ", units=1, criteria=2))
        self.trainee, self.countersigner = make.trainee(), make.countersigner()
        self.keys = make.codes(self.registration)

    def take(self, step: str, days: int, choice: int) -> None:
        with suppress(RuleBroken, Conflict, IndexError):
            self._take(step, FIRST + dt.timedelta(days=days), choice)

    def _take(self, step: str, day: dt.date, choice: int) -> None:
        pieces = list(self.registration.evidence.order_by("pk"))
        decisions = list(Decision.objects.live().filter(evidence__registration=self.registration).order_by("pk"))
        if step == "log":
            evidence.log_evidence(
                registration=self.registration,
                title="A",
                method="observation",
                submitted_on=day,
                criteria=self.keys,
                names_nobody=True,
                by=BY,
            )
        elif step == "decide":
            met = [[], self.keys[:1], self.keys[1:], self.keys][choice]
            deciding.decide(
                evidence=pieces[choice % len(pieces)] if pieces else pieces[0],
                assessor=self.trainee,
                decided_on=day,
                met=met,
                not_met=[key for key in self.keys if key not in met],
                feedback="More",
                by=BY,
            )
        elif step in ("agree", "return"):
            countersigning.countersign(
                decision=decisions[choice],
                countersigner=self.countersigner,
                on=day,
                feedback="Why",
                outcome={"agree": "agreed", "return": "returned"}[step],
                by=BY,
            )
        elif step == "sign":
            signing_off.sign_off_unit(
                registration=self.registration, unit=make.unit(self.registration), on=day, signed_off_by=self.trainee, by=BY
            )
        elif step == "void decision":
            deciding.void_decision(decision=decisions[choice], reason="Wrong", by=BY)
        elif step == "void signature":
            signature = Countersignature.objects.live().filter(decision__in=decisions)[choice]
            countersigning.void_countersignature(signature=signature, reason="Wrong", by=BY)
        elif step == "redate":
            assessors.record_assessor(person=self.trainee, by=BY, reason="Certificate", achieved_on=day)
        elif step == "correct":
            evidence.correct_evidence(evidence=pieces[choice], reason="Wrong date", effective_on=day, by=BY)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, after=STEPS)
def test_kept_equals_from_scratch_and_the_past_stays_what_it_was(db: None, before: list[Any], after: list[Any]) -> None:
    world = World()
    for step in before:
        world.take(*step)
    assert kept(world.registration.pk) == from_scratch(world.registration.pk)
    then, known_at = pictures(None), safe_known_at()
    for step in after:
        world.take(*step)
    assert kept(world.registration.pk) == from_scratch(world.registration.pk)
    assert pictures(known_at) == then


def test_a_re_dated_award_is_known_only_from_then_on() -> None:
    """A decision that waited is final from the day it was made once the award is dated before it; the past stays."""
    trainee, registration = make.trainee(), make.registration()
    make.decision(make.evidence(registration, FIRST), trainee, FIRST)
    known_at = safe_known_at()
    assessors.record_assessor(person=trainee, by=BY, reason="Certificate came", achieved_on=FIRST)
    day = FIRST + dt.timedelta(days=30)
    assert [row["kind"] for row in rows(facts.waiting(day, known_at))] == ["countersignature"]
    assert rows(facts.waiting(day, None)) == []
    assert [row["criteria_met"] for row in rows(facts.progress(day, known_at))] == [0]
    assert [row["criteria_met"] for row in rows(facts.progress(day, None))] == [6]


def test_waiting_says_how_long_and_whether_overdue() -> None:
    registration = make.registration()
    make.evidence(registration, dt.date(2026, 3, 2))
    (row,) = rows(facts.waiting(dt.date(2026, 3, 17), None))
    assert (row["kind"], row["days"], row["is_overdue"], row["person_id"]) == ("decision", 15, True, registration.person_id)
    (row,) = rows(facts.waiting(dt.date(2026, 3, 16), None))
    assert row["is_overdue"] is False


def test_turnaround_counts_from_submission_to_the_final_decision() -> None:
    registration, trainee = make.registration(), make.trainee()
    decision = make.decision(make.evidence(registration, FIRST), trainee, FIRST + dt.timedelta(days=3))
    make.countersignature(decision, make.countersigner(), FIRST + dt.timedelta(days=12))
    august = (FIRST, dt.date(2025, 8, 31))
    assert [row["turnaround_days"] for row in rows(facts.finals(*august, None))] == [12]
    assert [row["days"] for row in rows(facts.outcomes(*august, None))] == [9]


def test_caseload_and_status_of_assessors() -> None:
    trainee, registration = make.trainee(), make.registration()
    make.allocate(registration.person, trainee)
    make.allocate(registration.person, trainee, unit=1)
    day = dt.date(2025, 9, 1)
    assert [(row["assessor_id"], row["person_id"]) for row in rows(facts.caseload(day, None))] == [
        (trainee.pk, registration.person_id)
    ]
    assert {row["person_id"]: row["status"] for row in rows(facts.assessors(day, None))}[trainee.pk] == "trainee"


def test_facts_take_as_many_queries_at_any_size(django_assert_num_queries: Any) -> None:
    for _piece in range(3):
        make.evidence(make.registration(), FIRST)
    with django_assert_num_queries(2):
        rows(facts.waiting(FIRST, None))
    known_at = safe_known_at()
    with django_assert_num_queries(3):
        rows(facts.waiting(FIRST, known_at))
