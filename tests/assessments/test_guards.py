"""Attacked beneath the forms: what the database refuses whichever way a row is written."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import DatabaseError, connection

from assessments.actions.assessors import record_assessor
from assessments.models import AssessorRecord, CountersignStamp, Decision, Evidence, Submission
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from tests.factories import assessments as make
from tests.factories.learners import person

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 10)


def refused(sql: str, *values: object) -> str:
    """The SQLSTATE with which the database refuses a statement that names its actor."""
    with (
        pytest.raises(DatabaseError) as error,
        acting_as(by=Job("attack")),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return error.value.__cause__.pgcode


def decide(
    evidence: object,
    assessor: object,
    on: dt.date = DAY,
    met: list[int] | None = None,
    not_met: list[int] | None = None,
) -> str:
    return refused(
        "INSERT INTO assessments_decision (evidence_id, assessor_id, effective_on, number, criteria_met, criteria_not_met, "
        "feedback, recorded_by, voided_by, void_reason) VALUES (%s, %s, %s, 1, %s, %s, '', '', '', '')",
        evidence.pk,
        assessor.pk,
        on,
        met or [],
        not_met or [],
    )


def countersign(decision: object, by: object, on: dt.date = DAY) -> str:
    return refused(
        "INSERT INTO assessments_countersignature (decision_id, countersigner_id, effective_on, outcome, feedback, is_imported, "
        "recorded_by, voided_by, void_reason) VALUES (%s, %s, %s, 'agreed', '', false, '', '', '')",
        decision.pk,
        by.pk,
        on,
    )


def test_nobody_decides_their_own_evidence() -> None:
    registration = make.registration()
    assert decide(make.evidence(registration), registration.person) == "PQ105"


def test_a_criterion_is_not_both_met_and_not_yet_met() -> None:
    registration = make.registration()
    key = make.codes(registration, "1.1.1")
    assert decide(make.evidence(registration), make.assessor(), met=key, not_met=key) == "PQ106"


def test_a_decision_names_criteria_of_the_candidates_version() -> None:
    registration = make.registration()
    other = make.registration(of=make.qualification("TQ2"))
    assert (
        decide(make.evidence(registration), make.assessor(), met=make.codes(other, "1.1.1"))
        == "PQ103"
    )


def test_a_submission_names_criteria_of_the_candidates_version() -> None:
    registration, other = make.registration(), make.registration(of=make.qualification("TQ2"))
    with acting_as(by=Job("attack")):
        evidence = Evidence.objects.create(reference="X", registration=registration)
    stray = Submission(
        evidence=evidence,
        effective_on=DAY,
        title="A",
        method="observation",
        criteria=make.codes(other),
    )
    with (
        pytest.raises(DatabaseError, match="not of the candidate's version"),
        acting_as(by=Job("attack")),
    ):
        stray.save()


def test_evidence_is_not_decided_before_it_is_submitted() -> None:
    evidence = make.evidence(make.registration(), DAY)
    assert (
        decide(
            evidence,
            make.assessor(),
            DAY - dt.timedelta(days=1),
            met=make.codes(evidence.registration),
        )
        == "PQ104"
    )


def test_a_decision_may_fall_on_the_day_of_submission() -> None:
    evidence = make.evidence(make.registration(), DAY)
    assert make.decision(evidence, make.assessor(), DAY).pk


@pytest.mark.parametrize(("days", "needed"), [(-1, True), (0, False), (1, False)])
def test_a_decision_is_stamped_by_the_award_on_its_day(days: int, needed: bool) -> None:
    """Rule C3 51: on or after the day the award was achieved none is needed; the day before one is."""
    assessor = make.assessor(achieved_on=DAY)
    evidence = make.evidence(make.registration(), DAY - dt.timedelta(days=5))
    decision = make.decision(evidence, assessor, DAY + dt.timedelta(days=days))
    assert CountersignStamp.objects.live().get(decision=decision).is_needed is needed


@pytest.mark.parametrize(("days", "needed"), [(-1, False), (0, True)])
def test_an_award_that_lapsed_counts_until_the_day_before(days: int, needed: bool) -> None:
    assessor = make.assessor(lapsed_on=DAY)
    evidence = make.evidence(make.registration(), DAY - dt.timedelta(days=5))
    decision = make.decision(evidence, assessor, DAY + dt.timedelta(days=days))
    assert decision.stamps.get().is_needed is needed


def test_a_decision_by_somebody_with_no_record_needs_a_countersignature() -> None:
    decision = make.decision(make.evidence(make.registration()), person())
    assert decision.stamps.get().is_needed


def test_copy_makes_no_unstamped_decision() -> None:
    evidence, assessor = make.evidence(make.registration()), make.trainee()
    columns = (
        "evidence_id, assessor_id, effective_on, number, criteria_met, criteria_not_met, feedback, "
    )
    columns += "recorded_by, voided_by, void_reason"
    line = f"{evidence.pk}\t{assessor.pk}\t2025-08-10\t1\t{{}}\t{{}}\t\t\t\t\n"
    with acting_as(by=Job("attack")), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY assessments_decision ({columns}) FROM STDIN", io.StringIO(line))
    decision = Decision.objects.get(evidence=evidence)
    stamp = decision.stamps.get()
    assert stamp.is_needed
    assert stamp.recorded_at == decision.recorded_at


def trainee_decision(by: object = None) -> Decision:
    return make.decision(make.evidence(make.registration()), by or make.trainee(), DAY)


def test_nobody_countersigns_their_own_decision() -> None:
    both = make.countersigner(achieved_on=dt.date(2025, 9, 1))
    assert countersign(trainee_decision(both), both, dt.date(2025, 9, 2)) == "PQ108"


def test_the_candidate_does_not_countersign() -> None:
    decision = trainee_decision()
    assert (
        countersign(decision, make.countersigner(decision.evidence.registration.person)) == "PQ108"
    )


def test_a_countersignature_is_not_before_the_decision() -> None:
    assert (
        countersign(trainee_decision(), make.countersigner(), DAY - dt.timedelta(days=1)) == "PQ109"
    )


@pytest.mark.parametrize(
    "terms",
    [
        {"achieved_on": None, "registered_on": dt.date(2025, 1, 1)},
        {"achieved_on": DAY + dt.timedelta(days=1)},
        {"lapsed_on": DAY},
        {"countersign_from": None},
        {"countersign_from": DAY + dt.timedelta(days=1)},
        {"countersign_until": DAY - dt.timedelta(days=1)},
        {"allowed_qualifications": ["VQ3"]},
        {"allowed_qualifications": []},
    ],
    ids=[
        "trainee",
        "qualified the day after",
        "lapsed that day",
        "no authority",
        "authority the day after",
        "authority ended the day before",
        "another qualification",
        "no qualification",
    ],
)
def test_a_countersigner_is_qualified_and_has_authority_on_the_day(
    terms: dict[str, object],
) -> None:
    assert countersign(trainee_decision(), make.countersigner(**terms)) == "PQ110"


def test_somebody_with_no_record_does_not_countersign() -> None:
    assert countersign(trainee_decision(), person()) == "PQ110"


@pytest.mark.parametrize(
    "terms",
    [
        {"achieved_on": DAY},
        {"lapsed_on": DAY + dt.timedelta(days=1)},
        {"countersign_from": DAY},
        {"countersign_until": DAY},
    ],
    ids=[
        "qualified that day",
        "lapsed the day after",
        "authority from that day",
        "last day of the authority",
    ],
)
def test_a_countersigner_may_on_the_first_and_the_last_day(terms: dict[str, object]) -> None:
    assert make.countersignature(trainee_decision(), make.countersigner(**terms), DAY).pk


def test_an_authority_re_dated_leaves_no_countersignature_without_it() -> None:
    signer = make.countersigner()
    make.countersignature(make.decision(make.evidence(make.registration()), make.trainee()), signer)
    for terms in (
        {"lapsed_on": DAY},
        {"countersign_from": dt.date(2099, 1, 1)},
        {"allowed_qualifications": ["VQ5"]},
        {"achieved_on": dt.date(2026, 1, 1)},
    ):
        with pytest.raises(RuleBroken, match="Undo that countersignature first"):
            record_assessor(person=signer, by=make.BY, reason="Wrong", **terms)
    assert AssessorRecord.objects.count() == 2


def test_a_decision_has_one_outcome() -> None:
    decision = trainee_decision()
    make.countersignature(decision, make.countersigner(), DAY, "returned")
    assert countersign(decision, make.countersigner()) == "23505"


def test_a_countersignature_on_a_decision_that_needs_none_is_kept() -> None:
    decision = make.decision(make.evidence(make.registration()), make.assessor(), DAY)
    assert make.countersignature(decision, make.countersigner(), DAY).pk


def test_nobody_signs_off_their_own_unit() -> None:
    registration = make.registration()
    assert (
        refused(
            "INSERT INTO assessments_unitsignoff (registration_id, unit_id, signed_off_by_id, effective_on, recorded_by, "
            "voided_by, void_reason) VALUES (%s, %s, %s, %s, '', '', '')",
            registration.pk,
            make.unit(registration).pk,
            registration.person_id,
            DAY,
        )
        == "PQ111"
    )


def test_a_version_with_candidates_is_locked() -> None:
    registration = make.registration()
    key = make.unit(registration).pk
    assert refused("UPDATE assessments_unit SET title = 'Other' WHERE id = %s", key) == "PQ102"
    assert refused("DELETE FROM assessments_criterion WHERE unit_id = %s", key) == "PQ102"
    assert (
        refused("UPDATE assessments_criterion SET required_count = 2 WHERE unit_id = %s", key)
        == "PQ102"
    )
    assert (
        refused(
            "INSERT INTO assessments_criterion (unit_id, code, text, required_count, \"order\") VALUES (%s, '9.9.9', '', 1, 9)",
            key,
        )
        == "PQ102"
    )


def test_loading_the_same_units_again_changes_nothing_and_is_allowed() -> None:
    unit = make.unit(make.registration())
    with acting_as(by=Job("reference")):
        assert type(unit).objects.filter(pk=unit.pk).update(title=unit.title) == 1


def test_a_version_without_candidates_may_change() -> None:
    version = make.version(make.qualification(), "2030", dt.date(2030, 1, 1))
    with acting_as(by=Job("reference")):
        assert version.units.update(title="Other") == 2


def test_what_evidence_belongs_to_never_changes() -> None:
    evidence, other = make.evidence(make.registration()), make.registration()
    assert (
        refused(
            "UPDATE assessments_evidence SET registration_id = %s WHERE id = %s",
            other.pk,
            evidence.pk,
        )
        == "PQ101"
    )


def test_a_registration_takes_a_version_of_its_own_qualification() -> None:
    registration, other = make.registration(), make.qualification("TQ2")
    assert (
        refused(
            "INSERT INTO assessments_registration (person_id, qualification_id, version_id) VALUES (%s, %s, %s)",
            person().pk,
            other.pk,
            registration.version_id,
        )
        == "PQ101"
    )
