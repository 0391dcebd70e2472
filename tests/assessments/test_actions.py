"""Registering, logging, deciding, countersigning, signing off: one outcome each, and a clear word where it may not be."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.actions import (
    assessors,
    countersigning,
    decisions,
    evidence,
    registrations,
    units_signing_off,
)
from assessments.models import (
    AssessorRecord,
    Countersignature,
    Decision,
    Evidence,
    Registration,
    UnitAchievement,
    Wait,
)
from pqip.core.acting import Job
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories.learners import person

pytestmark = pytest.mark.django_db
BY = Job("test")
DAY = dt.date(2025, 8, 10)


def test_a_candidate_is_registered_once_on_the_version_of_the_day() -> None:
    who, taken = person(), make.qualification()
    later = make.version(taken, "2030", dt.date(2030, 1, 1))
    made = registrations.register_candidate(
        person=who, qualification=taken, registered_on=DAY, by=BY
    )
    assert made.version != later
    with pytest.raises(RuleBroken, match="already registered"):
        registrations.register_candidate(person=who, qualification=taken, registered_on=DAY, by=BY)


def test_many_are_registered_and_the_registered_left_alone() -> None:
    held = make.registration()
    other = person()
    registrations.register_many(
        qualification=held.qualification, registered_on={held.person_id: DAY, other.pk: DAY}, by=BY
    )
    assert Registration.objects.filter(qualification=held.qualification).count() == 2


def log(**changes: object) -> Evidence:
    registration = changes.pop("registration", None) or make.registration()
    usual = {
        "registration": registration,
        "title": "Observation",
        "method": "observation",
        "submitted_on": DAY,
        "criteria": make.codes(registration, "1.1.1"),
        "names_nobody": True,
        "by": BY,
    }
    return evidence.log_evidence(**{**usual, **changes})


def test_logged_evidence_waits_and_has_a_readable_reference() -> None:
    made = log()
    assert made.reference.startswith("EV-")
    assert Wait.objects.get(evidence=made).to_on is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"names_nobody": False}, "names_nobody"),
        ({"title": "Report on X123456"}, "title"),
        ({"criteria": []}, "criteria"),
        ({"criteria": [0]}, "criteria"),
        ({"submitted_on": dt.date(2100, 1, 1)}, "submitted_on"),
        ({"submitted_on": make.REGISTERED_ON - dt.timedelta(days=1)}, "submitted_on"),
        ({"method": "guess"}, "method"),
    ],
)
def test_evidence_that_cannot_be_is_refused_at_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        log(**changes)
    assert broken.value.field == field


def test_a_decision_takes_the_next_number_and_one_not_seen_is_a_conflict() -> None:
    piece, assessor = log(), make.assessor()
    keys = make.codes(piece.registration, "1.1.1")
    decisions.decide(
        evidence=piece,
        assessor=assessor,
        decided_on=DAY,
        met=keys,
        not_met=[],
        judged=make.JUDGED,
        by=BY,
        number=1,
    )
    with pytest.raises(Conflict):
        decisions.decide(
            evidence=piece,
            assessor=assessor,
            decided_on=DAY,
            met=keys,
            not_met=[],
            judged=make.JUDGED,
            by=BY,
            number=1,
        )
    second = decisions.decide(
        evidence=piece,
        assessor=assessor,
        decided_on=DAY,
        met=[],
        not_met=keys,
        feedback="Why",
        by=BY,
        number=2,
    )
    assert second.number == 2


def test_not_yet_met_needs_feedback() -> None:
    piece = log()
    with pytest.raises(RuleBroken, match="still needed"):
        decisions.decide(
            evidence=piece,
            assessor=make.assessor(),
            decided_on=DAY,
            met=[],
            not_met=make.codes(piece.registration),
            by=BY,
        )


def test_a_decision_undone_frees_the_evidence_to_be_decided_and_the_evidence_to_be_undone() -> None:
    piece = log()
    made = decisions.decide(
        evidence=piece,
        assessor=make.assessor(),
        decided_on=DAY,
        met=make.codes(piece.registration),
        not_met=[],
        judged=make.JUDGED,
        by=BY,
    )
    with pytest.raises(RuleBroken, match="Undo the decision first"):
        evidence.void_evidence(evidence=piece, reason="Twice", by=BY)
    decisions.void_decision(decision=made, reason="Wrong learner", by=BY)
    evidence.void_evidence(evidence=piece, reason="Twice", by=BY)
    assert not Wait.objects.filter(evidence=piece).exists()


def waiting() -> tuple[Decision, object]:
    trainee = make.trainee()
    piece = make.evidence(make.registration(), DAY)
    return make.decision(piece, trainee, DAY), make.countersigner(of=trainee)


def test_agreeing_ends_the_wait() -> None:
    decision, signer = waiting()
    countersigning.countersign(decision=decision, countersigner=signer, outcome="agreed", by=BY)
    assert not Wait.objects.filter(evidence=decision.evidence, to_on=None).exists()


def test_a_second_outcome_says_who_gave_the_first() -> None:
    decision, signer = waiting()
    countersigning.countersign(decision=decision, countersigner=signer, outcome="agreed", by=BY)
    with pytest.raises(Conflict, match="agreed this decision on"):
        countersigning.countersign(
            decision=decision,
            countersigner=make.countersigner(),
            outcome="returned",
            feedback="No",
            by=BY,
        )


def test_an_undone_decision_cannot_be_countersigned() -> None:
    decision, signer = waiting()
    decisions.void_decision(decision=decision, reason="Wrong", by=BY)
    with pytest.raises(Conflict, match="undone"):
        countersigning.countersign(decision=decision, countersigner=signer, outcome="agreed", by=BY)


def test_a_disputed_countersignature_is_undone_and_the_decision_waits_again() -> None:
    decision, signer = waiting()
    signature = countersigning.countersign(
        decision=decision, countersigner=signer, outcome="agreed", by=BY
    )
    countersigning.void_countersignature(signature=signature, reason="Not mine", by=BY)
    assert Wait.objects.get(decision=decision, to_on=None).kind == "countersignature"


def test_a_unit_is_signed_off_once_every_criterion_is_met() -> None:
    registration, assessor = make.registration(), make.assessor()
    make.decision(make.evidence(registration, DAY), assessor, DAY, met=("1.1.1", "1.1.2"))
    terms = {
        "registration": registration,
        "unit": make.unit(registration),
        "signed_off_by": assessor,
        "by": BY,
    }
    with pytest.raises(RuleBroken, match=r"1\.1\.3 not yet met"):
        units_signing_off.sign_off_unit(**terms)
    make.decision(make.evidence(registration, DAY), assessor, DAY, met=("1.1.3",))
    signoff = units_signing_off.sign_off_unit(**terms)
    assert UnitAchievement.objects.get(registration=registration).unit == signoff.unit
    with pytest.raises(Conflict):
        units_signing_off.sign_off_unit(**terms)
    units_signing_off.void_signoff(signoff=signoff, reason="Too early", by=BY)
    assert not UnitAchievement.objects.filter(registration=registration).exists()


def test_nobody_signs_off_their_own() -> None:
    registration = make.registration()
    with pytest.raises(RuleBroken, match="of their own"):
        units_signing_off.sign_off_unit(
            registration=registration,
            unit=make.unit(registration),
            signed_off_by=registration.person,
            by=BY,
        )


@pytest.mark.parametrize(("days", "needed"), [(-1, False), (0, False), (1, True)])
def test_an_award_recorded_late_stamps_decisions_anew_and_keeps_the_old_stamp(
    days: int, needed: bool
) -> None:
    """The award achieved the day before, on, or after the day of the decision (rule C3 51)."""
    decision, _signer = waiting()
    assessors.record_assessor(
        person=decision.assessor,
        by=BY,
        reason="Certificate came",
        achieved_on=DAY + dt.timedelta(days=days),
        certificate_number="C1",
    )
    assert decision.stamps.live().get().is_needed is needed
    assert decision.stamps.count() == (1 if needed else 2)
    assert Wait.objects.filter(decision=decision, to_on=None).exists() is needed
    assert AssessorRecord.objects.live().get(person=decision.assessor).registered_on == dt.date(
        2025, 1, 1
    )


def test_the_same_award_again_changes_nothing() -> None:
    trainee = make.trainee()
    before = AssessorRecord.objects.get(person=trainee)
    assert (
        assessors.record_assessor(person=trainee, by=BY, registered_on=before.registered_on)
        == before
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"registered_on": DAY, "achieved_on": DAY - dt.timedelta(days=1)}, "achieved_on"),
        ({"lapsed_on": DAY}, "lapsed_on"),
        ({"countersign_until": DAY}, "countersign_from"),
        (
            {"countersign_from": DAY, "countersign_until": DAY - dt.timedelta(days=1)},
            "countersign_until",
        ),
    ],
)
def test_an_award_that_cannot_be_is_refused(terms: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        assessors.record_assessor(person=person(), by=BY, **terms)
    assert broken.value.field == field


def test_an_outcome_is_kept_with_who_gave_it() -> None:
    decision, signer = waiting()
    countersigning.countersign(
        decision=decision,
        countersigner=signer,
        outcome="returned",
        feedback="Say more of risk.",
        by=BY,
    )
    given = Countersignature.objects.get(decision=decision)
    assert (given.countersigner, given.recorded_by, given.is_imported) == (
        signer,
        "job:test",
        False,
    )
    assert Wait.objects.get(evidence=decision.evidence, to_on=None).kind == "decision"
