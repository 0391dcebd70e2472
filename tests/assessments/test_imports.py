"""Files of assessment: what they change, what they leave alone, and every refusal with its row and column."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import assessments.imports  # noqa: F401  (registers the datasets)
from assessments.actions.sampling import finish_action
from assessments.models import (
    AssessorRecord,
    Countersignature,
    CriterionMet,
    Decision,
    Evidence,
    Registration,
    Sample,
    Submission,
    UnitAchievement,
    UnitSignoff,
    Wait,
)
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import NotAllowed
from pqip.core.scope import Scope
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import assessments as make
from tests.factories.learners import person
from tests.factories.quality import quality_assurer

pytestmark = pytest.mark.django_db
JOB = Job("import")
DAY = dt.date(2025, 8, 10)


class Importer:
    """Somebody whose imports reach one region."""

    pk, is_active, is_authenticated = 1, True, True

    def __init__(self, region: int, *codes: str) -> None:
        self.region, self.codes = region, {"assessments.import_assessments", *codes}

    def can(self, code: str) -> bool:
        return code in self.codes

    def scope(self, code: str) -> Scope:
        return Scope(regions=frozenset({self.region}))


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Import rows (dicts) as a file; what it came to."""

    def run(
        dataset: str, *rows: dict[str, Any], by: Any = JOB, only_check: bool = False, **how: Any
    ) -> engine.Outcome:
        path = tmp_path / f"{dataset}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            lines = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
            lines.writeheader()
            lines.writerows(rows)
        return (engine.check if only_check else engine.apply)(registry[dataset], path, by=by, **how)

    return run


def counts(outcome: engine.Outcome) -> tuple[int, int, int, int]:
    return tuple(outcome.counts[kind] for kind in ("new", "changed", "unchanged", "wrong"))


def said(outcome: engine.Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


@pytest.fixture
def vq5() -> Any:
    return make.qualification("VQ5")


# Assessors


def test_assessors_are_recorded_changed_and_left_alone(load: Any) -> None:
    who = person("A1")
    row = {
        "staff_number": "A1",
        "taqa_registered_on": "2025-01-01",
        "allowed_qualifications": "VQ5; VQ3",
    }
    assert counts(load("assessors", row)) == (1, 0, 0, 0)
    assert counts(load("assessors", row)) == (0, 0, 1, 0)
    changed = load("assessors", {"staff_number": "A1", "taqa_achieved_on": "10/08/2025"})
    assert counts(changed) == (0, 1, 0, 0)
    assert [(one.column, one.before, one.after) for one in changed.changes] == [
        ("taqa_achieved_on", "", "2025-08-10")
    ]
    record = AssessorRecord.objects.live().get(person=who)
    assert (record.registered_on, record.achieved_on, record.allowed_qualifications) == (
        dt.date(2025, 1, 1),
        DAY,
        ["VQ5", "VQ3"],
    )


@pytest.mark.parametrize(
    ("achieved", "needed"), [("2025-08-09", False), ("2025-08-10", False), ("2025-08-11", True)]
)
def test_an_award_from_a_file_stamps_decisions_anew(load: Any, achieved: str, needed: bool) -> None:
    trainee = make.trainee(person("A1"))
    decision = make.decision(make.evidence(make.registration(), DAY), trainee, DAY)
    load("assessors", {"staff_number": "A1", "taqa_achieved_on": achieved})
    assert decision.stamps.live().get().is_needed is needed
    assert Wait.objects.filter(decision=decision, to_on=None).exists() is needed


def test_assessors_that_cannot_be_are_refused_with_their_row(load: Any) -> None:
    person("A1")
    outcome = load(
        "assessors",
        {
            "staff_number": "A1",
            "taqa_registered_on": "2025-02-01",
            "taqa_achieved_on": "2025-01-01",
        },
        {"staff_number": "NOBODY", "taqa_registered_on": "", "taqa_achieved_on": ""},
    )
    assert said(outcome) == [
        'row 2, taqa_achieved_on: "2025-01-01" does not fit. The award cannot be achieved before the assessor registered for it.',
        'row 3, staff_number: "NOBODY" is not a staff number you can reach. '
        "Use the number of somebody already imported by staff or learners.",
    ]
    assert not AssessorRecord.objects.exists()


# Registrations


def test_registrations_take_the_version_of_their_day(load: Any, vq5: Any) -> None:
    person("L1")
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "registered_on": "2025-01-15",
        "target_on": "2026-01-15",
        "centre_number": "C1",
    }
    assert counts(load("registrations", row)) == (1, 0, 0, 0)
    assert counts(load("registrations", row)) == (0, 0, 1, 0)
    assert counts(load("registrations", {**row, "target_on": "2026-02-15"})) == (0, 1, 0, 0)
    registration = Registration.objects.get()
    assert registration.version == vq5.version_on(dt.date(2025, 1, 15))
    assert registration.facts.live().get().target_on == dt.date(2026, 2, 15)
    assert registration.facts.count() == 2


def test_registrations_that_cannot_be_are_refused(load: Any, vq5: Any) -> None:
    person("L1")
    outcome = load(
        "registrations",
        {
            "staff_number": "L1",
            "qualification": "VQ5",
            "registered_on": "2025-01-15",
            "target_on": "2025-01-14",
        },
    )
    assert "row 2, target_on" in said(outcome)[0]


# Evidence


def piece(**changes: Any) -> dict[str, Any]:
    return {
        "reference": "EV1",
        "staff_number": "L1",
        "qualification": "VQ5",
        "title": "Observation",
        "method": "observation",
        "submitted_on": "2025-08-01",
        "criteria": "1.1.1;1.1.2",
        **changes,
    }


@pytest.fixture
def candidate(vq5: Any) -> Registration:
    return make.registration(person("L1"), of=vq5)


def test_evidence_is_new_changed_and_left_alone(load: Any, candidate: Registration) -> None:
    assert counts(load("evidence", piece())) == (1, 0, 0, 0)
    assert counts(load("evidence", piece())) == (0, 0, 1, 0)
    assert Wait.objects.get().from_on == dt.date(2025, 8, 1)
    assert counts(
        load("evidence", piece(title="Observation of court", submitted_on="2025-08-02"))
    ) == (0, 1, 0, 0)
    assert Wait.objects.get().from_on == dt.date(2025, 8, 2)
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"criteria": "1.1.1;9.9.9"},
            'row 2, criteria: "9.9.9" is not a criterion of VQ5. Use one of 1.1.1',
        ),
        ({"qualification": "VQ3"}, "row 2, qualification"),
        ({"method": "guess"}, 'row 2, method: "guess" is not known. Use one of observation'),
        (
            {"title": "Report on X123456"},
            "row 2, title: “X123456” looks like a case reference number",
        ),
        ({"submitted_on": "2100-01-01"}, "row 2, submitted_on"),
        ({"submitted_on": "2025-01-14"}, "row 2, submitted_on"),
        (
            {"staff_number": "ELSE"},
            'row 2, staff_number: "ELSE" is not a staff number you can reach',
        ),
        ({"criteria": ""}, "row 2, criteria: this column must be filled in"),
    ],
)
def test_evidence_that_cannot_be_is_refused(
    load: Any, candidate: Registration, changes: dict[str, str], told: str
) -> None:
    outcome = load("evidence", piece(**changes))
    assert said(outcome)[0].startswith(told)
    assert counts(outcome)[3] == 1
    assert not Evidence.objects.exists()


def test_a_reference_of_other_evidence_is_refused(load: Any, candidate: Registration) -> None:
    make.registration(person("L2"), of=candidate.qualification)
    load("evidence", piece())
    assert "already used" in said(load("evidence", piece(staff_number="L2")))[0]


def test_a_reference_out_of_reach_answers_as_one_that_nothing_has_and_at_last_is_given_to_nothing(
    load: Any, candidate: Registration
) -> None:
    make.evidence(
        make.registration(person("W1", of="WAL"), of=candidate.qualification), DAY, reference="EV9"
    )
    importer = Importer(candidate.person.region_id)
    load("evidence", piece(reference="EV0"), by=importer, only_check=True)
    for changes in (
        {},
        {"criteria": "9.9.9"},
        {"submitted_on": "2025-01-14"},
        {"method": "guess"},
        {"staff_number": "W1"},
    ):
        answers = []
        for reference in ("EV9", "EV8"):
            with CaptureQueriesContext(connection) as asked:
                outcome = load(
                    "evidence", piece(reference=reference, **changes), by=importer, only_check=True
                )
            answers.append((counts(outcome), said(outcome), outcome.news, len(asked)))
        assert answers[0] == answers[1], changes
    with pytest.raises(
        NotAllowed, match="“EV9” may be the reference of evidence that you cannot reach"
    ):
        load("evidence", piece(reference="EV8"), piece(reference="EV9"), by=importer)
    assert list(Evidence.objects.values_list("reference", flat=True)) == ["EV9"]
    assert "already used" in said(load("evidence", piece(reference="EV9")))[0]
    assert counts(load("evidence", piece(reference="EV8"), by=importer)) == (1, 0, 0, 0)
    assert counts(load("evidence", piece(reference="EV8"), by=importer)) == (0, 0, 1, 0)


def test_evidence_is_not_dated_after_its_decision(load: Any, candidate: Registration) -> None:
    load("evidence", piece())
    make.decision(Evidence.objects.get(), make.assessor(), DAY)
    assert (
        "after the evidence was decided"
        in said(load("evidence", piece(submitted_on="2025-08-11")))[0]
    )


# Decisions


@pytest.fixture
def decided(load: Any, candidate: Registration) -> dict[str, Any]:
    """A row of a trainee's decision, with the people and the evidence it names."""
    make.trainee(person("T1"))
    make.countersigner(person("C1"))
    load("evidence", piece())
    return {
        "evidence_reference": "EV1",
        "assessor": "T1",
        "decided_on": "2025-08-10",
        "decision_number": "",
        "criteria_met": "1.1.1;1.1.2",
        "criteria_not_met": "",
        "feedback": "Clear.",
        "countersigner": "",
        "countersigned_on": "",
        "countersign_outcome": "",
        "countersign_feedback": "",
    }


SIGNED = {"countersigner": "C1", "countersigned_on": "2025-08-20", "countersign_outcome": "agreed"}
RETURNED = {"countersign_outcome": "returned", "countersign_feedback": "Which part shows it?"}


def test_filling_the_countersign_columns_later_adds_the_countersignature(
    load: Any, decided: dict[str, Any]
) -> None:
    assert counts(load("decisions", decided)) == (1, 0, 0, 0)
    assert counts(load("decisions", {**decided, "decision_number": "1"})) == (0, 0, 1, 0)
    assert Wait.objects.get(to_on=None).kind == "countersignature"
    assert counts(load("decisions", {**decided, **SIGNED})) == (0, 1, 0, 0)
    assert counts(load("decisions", {**decided, **SIGNED})) == (0, 0, 1, 0)
    assert counts(load("decisions", decided)) == (0, 0, 1, 0)
    assert Decision.objects.count() == 1
    assert Countersignature.objects.get().is_imported
    assert set(CriterionMet.objects.values_list("from_on", flat=True)) == {dt.date(2025, 8, 20)}


def test_a_whole_history_in_one_file(load: Any, decided: dict[str, Any]) -> None:
    """Returned, decided again: a criterion named in neither list of the second stays as it was."""
    outcome = load(
        "decisions",
        {**decided, "criteria_met": "1.1.1", "criteria_not_met": "1.1.2", **SIGNED},
        {
            **decided,
            "decided_on": "2025-09-01",
            "decision_number": "2",
            "criteria_met": "1.1.2",
            **SIGNED,
            "countersigned_on": "2025-09-05",
        },
    )
    assert counts(outcome) == (2, 0, 0, 0)
    assert sorted(CriterionMet.objects.values_list("criterion__code", "from_on", "to_on")) == [
        ("1.1.1", dt.date(2025, 8, 20), None),
        ("1.1.2", dt.date(2025, 9, 5), None),
    ]


def test_a_correction_takes_the_place_of_the_decision(load: Any, decided: dict[str, Any]) -> None:
    load("decisions", decided)
    assert counts(
        load("decisions", {**decided, "criteria_met": "1.1.1", "criteria_not_met": "1.1.2"})
    ) == (0, 1, 0, 0)
    assert (Decision.objects.count(), Decision.objects.live().count()) == (2, 1)


def test_what_was_recorded_later_is_not_corrected_earlier_and_its_row_says_so(
    load: Any, decided: dict[str, Any], tmp_path: Path
) -> None:
    load("decisions", decided)
    stated = Decision.objects.get().recorded_at - dt.timedelta(days=1)
    other = {**decided, "criteria_met": "1.1.1", "criteria_not_met": "1.1.2"}
    outcome = load("decisions", other, recorded_at=stated)
    assert "row 2, criteria_met: it corrects what was recorded on " in said(outcome)[0]
    assert "the file" not in " ".join(said(outcome))
    assert counts(load("decisions", {**decided, **SIGNED}, only_check=True)) == (0, 1, 0, 0)


def sampled(decision: Decision, *criteria: str) -> Sample:
    """A sample of these criteria with something to do, or planned where none is named."""
    found = {
        "sampled_on": today(),
        "verdict": "action",
        "found": "Thin.",
        "action": "Say more",
        "action_due_on": today(),
    }
    looked = make.codes(decision.evidence.registration, *criteria) if criteria else []
    with acting_as(by=JOB):
        return Sample.objects.create(
            decision=decision,
            quality_assurer=quality_assurer(),
            stage="interim",
            due_on=today(),
            effective_on=today(),
            criteria=looked,
            **(found if criteria else {}),
        )


@pytest.mark.parametrize(
    ("looked_at", "follows"), [((), True), (("1.1.1",), True), (("1.1.2",), False)]
)
def test_the_sample_of_a_corrected_decision(
    load: Any, decided: dict[str, Any], looked_at: tuple[str, ...], follows: bool
) -> None:
    """Planned, or of a criterion of which the same is said, it is of the decision that stands; else of what was sampled."""
    load("decisions", decided)
    sample = sampled(before := Decision.objects.get(), *looked_at)
    load("decisions", {**decided, "criteria_met": "1.1.1", "criteria_not_met": "1.1.2"})
    current, stands = Sample.objects.live().get(), Decision.objects.live().get()
    assert current.decision == (stands if follows else before)
    if looked_at:
        assert (current.verdict, current.action) == ("action", "Say more")
        assert finish_action(sample=current, by=JOB).action_done_on == today()
    else:
        assert (current.due_on, current.quality_assurer) == (sample.due_on, sample.quality_assurer)


def test_what_was_countersigned_is_not_corrected_by_a_file(
    load: Any, decided: dict[str, Any]
) -> None:
    load("decisions", {**decided, **SIGNED})
    assert (
        "has been countersigned"
        in said(load("decisions", {**decided, **SIGNED, "feedback": "Other"}))[0]
    )


def test_an_imported_outcome_is_corrected_and_one_given_here_is_not(
    load: Any, decided: dict[str, Any]
) -> None:
    load("decisions", {**decided, **SIGNED})
    assert counts(load("decisions", {**decided, **SIGNED, **RETURNED})) == (0, 1, 0, 0)
    other = make.decision(
        make.evidence(Registration.objects.get(), DAY, reference="EV2"),
        make.trainee(person("T2")),
        DAY,
        ("1.1.1",),
    )
    make.countersignature(other, make.countersigner(), dt.date(2025, 8, 20))
    row = {
        **decided,
        **SIGNED,
        "evidence_reference": "EV2",
        "assessor": "T2",
        "criteria_met": "1.1.1",
        "feedback": "Clear and complete.",
    }
    assert "given in this service" in said(load("decisions", row))[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"evidence_reference": "NONE"}, "row 2, evidence_reference"),
        ({"assessor": "L1"}, "row 2, assessor"),
        ({"decided_on": "2025-07-31"}, "row 2, decided_on"),
        ({"decided_on": "2100-01-01"}, "row 2, decided_on"),
        ({"criteria_not_met": "1.1.1"}, "row 2, criteria_not_met"),
        ({"criteria_met": "7.1.1"}, "row 2, criteria_met"),
        ({"feedback": "See A1234BC"}, "row 2, feedback"),
        ({"countersigner": "C1"}, "row 2, countersigned_on: fill in all of"),
        ({"countersigned_on": "2025-08-20"}, "row 2, countersigner: fill in all of"),
        ({"countersign_feedback": "Good"}, "row 2, countersign_feedback"),
        (
            {**SIGNED, "countersigner": "T1"},
            'row 2, countersigner: "T1" does not fit. Nobody countersigns',
        ),
        ({**SIGNED, "countersigner": "X9"}, "row 2, countersigner"),
        ({**SIGNED, "countersigner": "L1"}, "row 2, countersigner"),
        ({**SIGNED, "countersigned_on": "2025-08-09"}, "row 2, countersigned_on"),
        ({**SIGNED, "countersigned_on": "2100-01-01"}, "row 2, countersigned_on"),
        ({**SIGNED, "countersign_outcome": "maybe"}, "row 2, countersign_outcome"),
        ({"decision_number": "0"}, "row 2, decision_number"),
    ],
)
def test_decisions_that_cannot_be_are_refused(
    load: Any, decided: dict[str, Any], changes: dict[str, str], told: str
) -> None:
    outcome = load("decisions", {**decided, **changes})
    assert said(outcome)[0].startswith(told), said(outcome)
    assert not Decision.objects.exists()


def test_a_blank_number_is_the_first(load: Any, decided: dict[str, Any]) -> None:
    assert (
        "same decision as row 2"
        in said(load("decisions", decided, {**decided, "decision_number": "1"}))[0]
    )


def test_countersignatures_need_their_own_permission(load: Any, decided: dict[str, Any]) -> None:
    region = Registration.objects.get().person.region_id
    outcome = load("decisions", {**decided, **SIGNED}, by=Importer(region), only_check=True)
    assert said(outcome) == ["row 2, countersigner: you may not import countersignatures."]


def test_evidence_out_of_reach_is_as_if_it_did_not_exist(
    load: Any, decided: dict[str, Any]
) -> None:
    region = person(of="WAL").region_id
    outcome = load("decisions", decided, by=Importer(region), only_check=True)
    assert "row 2, assessor" in said(outcome)[0]


# Units


def test_units_signed_off_count_from_the_later_day(load: Any, decided: dict[str, Any]) -> None:
    assessor = make.assessor(person("Q1"))
    load("decisions", {**decided, "assessor": "Q1", "criteria_met": "1.1.1;1.1.2;1.1.3"})
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "unit": "1",
        "signed_off_on": "2025-08-05",
        "signed_off_by": "Q1",
    }
    assert counts(load("unit-signoffs", row)) == (1, 0, 0, 0)
    assert counts(load("unit-signoffs", row)) == (0, 0, 1, 0)
    assert counts(load("unit-signoffs", {**row, "signed_off_on": "2025-08-30"})) == (0, 1, 0, 0)
    assert UnitSignoff.objects.live().get().signed_off_by == assessor
    if Registration.objects.get().version.units.get(number=1).criteria.count() == 3:
        assert UnitAchievement.objects.get().from_on == dt.date(2025, 8, 30)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unit": "9"}, "row 2, unit"),
        ({"signed_off_by": "L1"}, "row 2, signed_off_by"),
        ({"signed_off_on": "2100-01-01"}, "row 2, signed_off_on"),
        ({"qualification": "VQ3"}, "row 2, qualification"),
    ],
)
def test_sign_offs_that_cannot_be_are_refused(
    load: Any, decided: dict[str, Any], changes: dict[str, str], told: str
) -> None:
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "unit": "1",
        "signed_off_on": "2025-08-05",
        "signed_off_by": "T1",
    }
    assert said(load("unit-signoffs", {**row, **changes}))[0].startswith(told)


# Size


@pytest.mark.parametrize("dataset", ["evidence", "decisions"])
def test_a_file_takes_as_many_queries_at_any_size(
    load: Any, candidate: Registration, dataset: str, django_assert_max_num_queries: Any
) -> None:
    make.assessor(person("Q1"))
    load("evidence", *(piece(reference=f"B{number}") for number in range(200)))
    row = {
        "assessor": "Q1",
        "decided_on": "2025-08-10",
        "criteria_met": "1.1.1",
        "feedback": "Clear.",
    }
    if dataset == "evidence":
        with django_assert_max_num_queries(47):
            load("evidence", *(piece(reference=f"C{number}") for number in range(200)))
    else:
        with django_assert_max_num_queries(49):
            load(
                "decisions", *({"evidence_reference": f"B{number}", **row} for number in range(200))
            )
