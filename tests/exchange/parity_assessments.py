"""File cases of assessment: a candidate for the small qualification, an assessor, a trainee and a countersigner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.models import Registration, Submission
from pqip.core.acting import Job, act
from pqip.core.ledger import void
from tests.exchange.parity_learners import DAY, TO_COME, Case, Cells, World
from tests.factories import assessments as make
from tests.factories.learners import person

BY = Job("test")
CODE = "VQ5"


def candidate(at: World) -> Registration:
    """Sam, registered for two units of three criteria, with evidence EV1 of the first; people who assess and countersign."""
    make.assessor(person("A1")), make.trainee(person("T1")), make.countersigner(person("C1"))
    of = make.registration(at.sam.person, of=make.qualification(CODE))
    make.evidence(of, dt.date(2025, 8, 1), "1.1.1", reference="EV1")
    return of


def decided(at: World) -> Registration:
    of = candidate(at)
    make.decision(of.evidence.get(), make.assessor(person("A2")), dt.date(2025, 8, 10), ("1.1.1",))
    return of


def waiting(at: World) -> None:
    """The trainee's decision waits for the countersigner."""
    of = candidate(at)
    person_of = {who.staff_number: who for who in type(at.sam.person).objects.filter(staff_number__in=["T1", "C1"])}
    make.allocate(person_of["T1"], person_of["C1"], "countersigner")
    make.decision(of.evidence.get(), person_of["T1"], dt.date(2025, 8, 10), ("1.1.1",))


def signed_off(at: World) -> Registration:
    """The first unit is signed off; EV2 names a criterion of it, too."""
    of = candidate(at)
    own = make.assessor(person("A2"))
    whole = make.evidence(of, dt.date(2025, 8, 1), *(code for code in FIRST), reference="EV3")
    make.decision(whole, own, dt.date(2025, 8, 10), FIRST)
    make.signoff(of, own)
    make.evidence(of, dt.date(2025, 8, 1), "1.1.1", reference="EV2")
    return of


def undone(at: World) -> None:
    of = candidate(at)
    with act(by=BY):
        void(Submission.objects.live().filter(evidence__registration=of), by=BY, reason="Mixed up")


def limited(at: World) -> None:
    version = make.qualification(CODE).versions.get()
    with act(by=BY):
        version.units.get(number=1).criteria.filter(code="1.1.1").update(methods=["observation"])
    candidate(at)


FIRST = ("1.1.1", "1.1.2", "1.1.3")


def assessor(**cells: Any) -> list[Cells]:
    return [{"staff_number": "P1", **cells}]


def decision(**cells: Any) -> list[Cells]:
    return [{
        "evidence_reference": "EV1", "assessor": "A1", "decided_on": "2025-08-10", "criteria_met": "1.1.1",
        "criteria_not_met": "",
        "feedback": "Clear.", "countersigner": "", "countersigned_on": "", "countersign_outcome": "", "countersign_feedback": "",
        **cells,
    }]


def evidence(**cells: Any) -> list[Cells]:
    return [{
        "reference": "EV1", "staff_number": "L1", "qualification": CODE, "title": "Observation of supervision",
        "method": "observation", "submitted_on": "2025-08-01", "criteria": "1.1.1", **cells,
    }]


def registration(**cells: Any) -> list[Cells]:
    return [{"staff_number": "L1", "qualification": CODE, "registered_on": "2025-01-15", **cells}]


SIGNED = {"countersigner": "C1", "countersigned_on": "2025-08-20", "countersign_outcome": "agreed"}
YESTERDAY = (dt.date.today() - DAY).isoformat()

#: Refusals that the datasets of assessment do not give yet. One that is given must be taken out of here.
AWAITED = frozenset({
    "authority that ends while decisions wait", "not yet met without feedback", "evidence corrected under its decision",
    "a registration re-dated to another version", "a registration re-dated after its evidence",
    "a unit signed off with criteria not yet met", "a decision in a signed-off unit", "a decision in a released unit",
    "returned without feedback", "a decision that names no criterion", "a criterion that is not of the evidence",
})

CASES: dict[str, Case] = {
    "lapsed before it was achieved": Case(
        "assessors", assessor(taqa_registered_on="2020-01-01", taqa_achieved_on="2021-01-01", lapsed_on="2020-06-01")
    ),
    "an award achieved on a day to come": Case("assessors", assessor(taqa_registered_on="2020-01-01", taqa_achieved_on=TO_COME)),
    "authority that ends before it begins": Case(
        "assessors", assessor(taqa_achieved_on="2020-01-01", countersign_from="2021-01-01", countersign_until="2020-06-01"),
        "on or after the first",
    ),
    "a last day to countersign without a first": Case(
        "assessors", assessor(taqa_achieved_on="2020-01-01", countersign_until="2020-06-01")
    ),
    "authority that ends while decisions wait": Case(
        "assessors", [{"staff_number": "C1", "countersign_until": YESTERDAY}], "wait", waiting
    ),
    "not yet met without feedback": Case(
        "decisions", decision(criteria_met="", criteria_not_met="1.1.1", feedback=""), "Say what is still needed", candidate
    ),
    "a decision on evidence that was undone": Case("decisions", decision(), "is not evidence you can reach", undone),
    "evidence corrected under its decision": Case("evidence", evidence(criteria="2.1.1"), "A decision stands", decided),
    "a method by which a criterion may not be shown": Case(
        "evidence", evidence(method="reflective_account"), "may be shown", limited
    ),
    "a registration re-dated to another version": Case(
        "registrations", registration(registered_on="2022-01-15"), "version", candidate
    ),
    "a registration re-dated after its evidence": Case(
        "registrations", registration(registered_on="2025-09-01"), "vidence", candidate
    ),
    "certificated on a day to come": Case(
        "registrations", registration(certificated_on=TO_COME, certificate_number="1"), "uture", candidate
    ),
    "a unit signed off with criteria not yet met": Case(
        "unit-signoffs",
        [{"staff_number": "L1", "qualification": CODE, "unit": "1", "signed_off_on": "2025-09-01", "signed_off_by": "A1"}],
        "cannot be signed off", candidate,
    ),
    "a decision in a signed-off unit": Case("decisions", decision(evidence_reference="EV2"), "signed off", signed_off),
    "a decision in a released unit": Case("decisions", decision(evidence_reference="EV2"), "signed off", signed_off),
    "a countersigner who was not qualified": Case(
        "decisions", decision(assessor="T1", **{**SIGNED, "countersigner": "P1"}), "not a qualified assessor", candidate
    ),
    "returned without feedback": Case(
        "decisions", decision(assessor="T1", **{**SIGNED, "countersign_outcome": "returned"}), "Say what", candidate
    ),
    "a decision that names no criterion": Case("decisions", decision(criteria_met=""), "at least one criterion", candidate),
    "a criterion that is not of the evidence": Case("decisions", decision(criteria_met="2.1.1"), "asked of", candidate),
}
