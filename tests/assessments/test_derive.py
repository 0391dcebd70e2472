"""What is kept equals what is worked out from scratch, and facts as known then equal what was so at the time."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.actions import (
    assessors,
    countersigning,
    evidence,
    sampling,
    units_release,
    units_signing_off,
    versions,
)
from assessments.actions import decisions as deciding
from assessments.derived.criteria import criteria_after
from assessments.facts import progress as facts
from assessments.facts import worked_out as derive
from assessments.models import (
    Countersignature,
    CriterionMet,
    Decision,
    Evidence,
    QualificationVersion,
    Registration,
    UnitAchievement,
    UnitSignoff,
    Wait,
)
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments as make
from tests.factories.quality import quality_assurer

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
        set(
            CriterionMet.objects.filter(registration=registration).values_list(
                "criterion", "from_on", "to_on"
            )
        ),
        set(
            UnitAchievement.objects.filter(registration=registration).values_list(
                "unit", "from_on", "to_on"
            )
        ),
    )


def from_scratch(
    registration: int, known_at: dt.datetime | None = None
) -> tuple[set[Any], set[Any], set[Any]]:
    (found,) = derive.worked_out([registration], known_at)
    return (
        {tuple(wait) for wait in found.waits},
        {tuple(one) for one in found.met},
        {tuple(one) for one in found.achieved},
    )


def pictures(known_at: dt.datetime | None) -> list[Any]:
    """Every relation of facts on a few days, as known at an instant."""
    days = [FIRST + dt.timedelta(days=days) for days in (5, 20, 60)]
    asked = [
        question(day, known_at) for day in days for question in (facts.waiting, facts.progress)
    ]
    asked += [
        question(FIRST, days[-1], known_at)
        for question in (facts.submissions, facts.decisions, facts.outcomes, facts.finals)
    ]
    return [sorted(map(str, rows(query))) for query in asked]


NAMES = [
    "log",
    "again",
    "decide",
    "decide",
    "agree",
    "return",
    "disagree",
    "sign",
    "release",
    "unlock",
    "move",
    "qualify",
    "lapse",
    "lapse the countersigner",
    "void decision",
    "void signature",
    "correct",
    "sample",
]
STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 40), st.integers(0, 3)),
    min_size=3,
    max_size=16,
)
#: What no sequence of steps may leave standing; none of them is asked in the words of a guard.
BROKEN = """
SELECT 'countersigned by the assessor, the candidate or without authority' FROM assessments_countersignature c
    JOIN assessments_decision d ON d.id = c.decision_id JOIN assessments_evidence e ON e.id = d.evidence_id
    JOIN assessments_registration r ON r.id = e.registration_id
    LEFT JOIN assessments_assessorrecord a ON a.person_id = c.countersigner_id AND a.voided_at IS NULL
    WHERE c.voided_at IS NULL AND (c.countersigner_id = d.assessor_id OR c.countersigner_id = r.person_id OR a.id IS NULL
        OR a.achieved_on IS NULL OR a.achieved_on > c.effective_on OR a.lapsed_on <= c.effective_on
        OR a.countersign_from > c.effective_on OR a.countersign_until < c.effective_on OR d.voided_at IS NOT NULL)
UNION ALL
SELECT 'sampled by somebody with a part in it' FROM assessments_sample p JOIN assessments_decision d ON d.id = p.decision_id
    LEFT JOIN assessments_countersignature c ON c.decision_id = d.id AND c.voided_at IS NULL
    WHERE p.voided_at IS NULL AND p.quality_assurer_id IN (d.assessor_id, c.countersigner_id)
UNION ALL
SELECT 'released and not signed off' FROM assessments_unitrelease l JOIN assessments_unitsignoff s ON s.id = l.signoff_id
    WHERE l.voided_at IS NULL AND s.voided_at IS NOT NULL
UNION ALL
SELECT 'stamped otherwise than the award says' FROM assessments_decision d
    JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
    JOIN assessments_assessorrecord a ON a.person_id = d.assessor_id AND a.voided_at IS NULL
    WHERE d.voided_at IS NULL AND p.is_needed <>
        (a.achieved_on IS NULL OR a.achieved_on > d.effective_on OR coalesce(a.lapsed_on <= d.effective_on, false))
"""


def broken() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        return [words for (words,) in cursor.fetchall()]


class World:
    """One candidate, a trainee, a countersigner, a quality assurer and steps in any order; one the rules refuse is none."""

    def __init__(self) -> None:
        self.registration = make.registration(of=make.qualification("TQ", units=1, criteria=2))
        self.trainee, self.countersigner, self.assurer = (
            make.trainee(),
            make.countersigner(),
            quality_assurer(),
        )
        self.keys = make.codes(self.registration)
        self.later = (
            self.registration.qualification.versions.filter(name="2025").first()
            or self.later_version()
        )

    def later_version(self) -> QualificationVersion:
        """Each criterion of it replaces its own."""
        later = make.version(
            self.registration.qualification, "2025", dt.date(2025, 1, 20), units=1, criteria=2
        )
        with acting_as(by=BY):
            for one, old in zip(later.criteria(), self.keys, strict=True):
                one.replaces = [old]
                one.save()
        return later

    def take(self, step: str, days: int, choice: int) -> None:
        with suppress(RuleBroken, Conflict, IndexError):
            getattr(self, {"return": "_return"}.get(step, step.replace(" ", "_")))(
                FIRST + dt.timedelta(days=days), choice
            )

    @property
    def pieces(self) -> list[Evidence]:
        return list(self.registration.evidence.order_by("pk"))

    @property
    def decisions(self) -> list[Decision]:
        return list(
            Decision.objects.live().filter(evidence__registration=self.registration).order_by("pk")
        )

    def log(self, day: dt.date, choice: int, **more: Any) -> None:
        version = Registration.objects.get(pk=self.registration.pk).current_version
        keys = list(version.criteria().values_list("pk", flat=True))
        evidence.log_evidence(
            registration=Registration.objects.get(pk=self.registration.pk),
            title="A",
            method="observation",
            submitted_on=day,
            names_nobody=True,
            by=BY,
            **{"criteria": keys, **more},
        )

    def again(self, day: dt.date, choice: int) -> None:
        before = self.pieces[choice % len(self.pieces)] if self.pieces else self.pieces[0]
        self.log(day, choice, follows=before, criteria=criteria_after(before.pk)[1])

    def decide(self, day: dt.date, choice: int) -> None:
        piece = self.pieces[choice % len(self.pieces)] if self.pieces else self.pieces[0]
        offered = piece.submissions.live().first().criteria
        met = [[], offered[:1], offered[1:], offered][choice]
        deciding.decide(
            evidence=piece,
            assessor=self.trainee,
            decided_on=day,
            met=met,
            judged=make.JUDGED,
            feedback="More",
            by=BY,
            not_met=[key for key in offered if key not in met],
        )

    def _outcome(self, outcome: str, day: dt.date, choice: int, **more: Any) -> None:
        countersigning.countersign(
            decision=self.decisions[choice],
            countersigner=self.countersigner,
            on=day,
            feedback="Why",
            outcome=outcome,
            by=BY,
            **more,
        )

    def agree(self, day: dt.date, choice: int) -> None:
        self._outcome("agreed", day, choice)

    def _return(self, day: dt.date, choice: int) -> None:
        self._outcome("returned", day, choice)

    def disagree(self, day: dt.date, choice: int) -> None:
        self._outcome("disagreed", day, choice, disagreed=self.decisions[choice].criteria_met[:1])

    def sign(self, day: dt.date, choice: int) -> None:
        registration = Registration.objects.get(pk=self.registration.pk)
        units_signing_off.sign_off_unit(
            registration=registration,
            unit=registration.current_version.units.get(),
            on=day,
            signed_off_by=self.trainee,
            by=BY,
        )

    def release(self, day: dt.date, choice: int) -> None:
        signoff = UnitSignoff.objects.live().filter(registration=self.registration)[0]
        units_release.release_unit(signoff=signoff, released_by=self.assurer, by=BY)

    def unlock(self, day: dt.date, choice: int) -> None:
        signoff = UnitSignoff.objects.live().filter(registration=self.registration)[0]
        units_release.unlock_unit(signoff=signoff, reason="Wrong", by=BY)

    def move(self, day: dt.date, choice: int) -> None:
        versions.move_version(
            registration=self.registration, version=self.later, on=day, reason="New", by=BY
        )

    def qualify(self, day: dt.date, choice: int) -> None:
        assessors.record_assessor(person=self.trainee, by=BY, reason="Certificate", achieved_on=day)

    def lapse(self, day: dt.date, choice: int) -> None:
        assessors.record_assessor(person=self.trainee, by=BY, reason="Lapsed", lapsed_on=day)

    def lapse_the_countersigner(self, day: dt.date, choice: int) -> None:
        assessors.record_assessor(person=self.countersigner, by=BY, reason="Lapsed", lapsed_on=day)

    def void_decision(self, day: dt.date, choice: int) -> None:
        deciding.void_decision(decision=self.decisions[choice], reason="Wrong", by=BY)

    def void_signature(self, day: dt.date, choice: int) -> None:
        signature = Countersignature.objects.live().filter(decision__in=self.decisions)[choice]
        countersigning.void_countersignature(signature=signature, reason="Wrong", by=BY)

    def correct(self, day: dt.date, choice: int) -> None:
        evidence.correct_evidence(
            evidence=self.pieces[choice], reason="Wrong date", effective_on=day, by=BY
        )

    def sample(self, day: dt.date, choice: int) -> None:
        made = self.decisions[choice]
        who = [self.assurer, self.countersigner, self.trainee, self.assurer][choice]
        (planned,) = sampling.plan_samples(
            decisions=[(made.pk, "interim")], quality_assurer=who, due_on=today(), by=BY
        )
        sampling.record_sample(
            sample=planned,
            verdict="supported",
            criteria=made.criteria_met,
            found="Seen",
            by=BY,
            on=day,
        )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=STEPS, after=STEPS)
def test_kept_equals_from_scratch_and_the_past_stays_what_it_was(
    db: None, before: list[Any], after: list[Any]
) -> None:
    world = World()
    for step in before:
        world.take(*step)
        assert kept(world.registration.pk) == from_scratch(world.registration.pk)
        assert broken() == []
    then, known_at = pictures(None), safe_known_at()
    for step in after:
        world.take(*step)
        assert kept(world.registration.pk) == from_scratch(world.registration.pk)
        assert broken() == []
    assert pictures(known_at) == then
    for days in (-1, 0, 7, 20, 45):  # whatever day what is kept is taken up to
        with patch("pqip.core.then.day_of", return_value=FIRST + dt.timedelta(days=days)):
            assert pictures(known_at) == then, days


def test_a_unit_that_was_carried_stays_achieved_when_it_is_signed_off_anew() -> None:
    """What follows as at a day follows from nothing that is true only later: neither now, nor as it was known before."""
    world = World()
    for step in (
        ("log", 0, 0),
        ("qualify", 0, 0),
        ("decide", 1, 3),
        ("sign", 3, 0),
        ("move", 5, 0),
    ):
        world.take(*step)
    then, known_at = pictures(None), safe_known_at()
    world.take("sign", 30, 0)
    assert UnitSignoff.objects.live().filter(registration=world.registration).count() == 2
    assert rows(facts.progress(FIRST + dt.timedelta(days=20), None))[0]["units_achieved"] == 1
    for days in (0, 7, 20, 45):
        with patch("pqip.core.then.day_of", return_value=FIRST + dt.timedelta(days=days)):
            assert pictures(known_at) == then, days


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
    assert (row["kind"], row["days"], row["is_overdue"], row["person_id"]) == (
        "decision",
        15,
        True,
        registration.person_id,
    )
    (row,) = rows(facts.waiting(dt.date(2026, 3, 16), None))
    assert row["is_overdue"] is False


def test_turnaround_counts_from_submission_to_the_final_decision() -> None:
    registration, trainee = make.registration(), make.trainee()
    decision = make.decision(
        make.evidence(registration, FIRST), trainee, FIRST + dt.timedelta(days=3)
    )
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
    assert {row["person_id"]: row["status"] for row in rows(facts.assessors(day, None))}[
        trainee.pk
    ] == "trainee"


def test_facts_take_as_many_queries_at_any_size(django_assert_num_queries: Any) -> None:
    for _piece in range(3):
        make.evidence(make.registration(), FIRST)
    with django_assert_num_queries(2):
        rows(facts.waiting(FIRST, None))
    known_at = safe_known_at()
    with django_assert_num_queries(3):
        rows(facts.waiting(FIRST, known_at))
