"""File cases of assessment: a candidate for the small qualification, an assessor, a trainee and a countersigner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.actions.certificates import claim_certificate
from assessments.actions.units_release import release_unit
from assessments.actions.versions import move_version
from assessments.models import Criterion, Registration, Submission
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import void
from tests.exchange.parity_learners import TO_COME, Case, Cells, World
from tests.factories import assessments as make
from tests.factories.learners import person
from tests.factories.quality import quality_assurer

BY = Job("test")
CODE = "VQ5"


def candidate(at: World) -> Registration:
    """Sam, registered for two units of three criteria, with evidence EV1 of the first; people who assess and countersign."""
    make.assessor(person("A1")), make.trainee(person("T1")), make.countersigner(person("C1"))
    of = make.registration(at.sam.person, of=make.qualification(CODE))
    make.evidence(of, dt.date(2025, 8, 1), "1.1.1", reference="EV1")
    return of


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
    with acting_as(by=BY):
        void(Submission.objects.live().filter(evidence__registration=of), by=BY, reason="Mixed up")


def limited(at: World) -> None:
    version = make.qualification(CODE).versions.get()
    with acting_as(by=BY):
        version.units.get(number=1).criteria.filter(code="1.1.1").update(methods=["observation"])
    candidate(at)


def ruled(at: World) -> None:
    """The first unit asks for two pieces of evidence, and all of it is met on one."""
    version = make.qualification(CODE).versions.get()
    with acting_as(by=BY):
        version.units.filter(number=1).update(least_pieces=2)
    of = candidate(at)
    whole = tuple(make.unit(of).criteria.values_list("code", flat=True))
    make.decision(
        make.evidence(of, dt.date(2025, 8, 1), *whole),
        make.assessor(person("A2")),
        dt.date(2025, 8, 10),
        whole,
    )


def versions(at: World) -> None:
    """Another version was in force before the one they registered on."""
    make.version(make.qualification(CODE), "2024", dt.date(2024, 1, 1))
    candidate(at)


def moved(at: World) -> None:
    make.move(make.registration(at.sam.person, of=make.qualification(CODE)), dt.date(2025, 9, 1))


def signed_early(at: World) -> None:
    """A sign-off from elsewhere, of which no evidence was brought."""
    make.signoff(
        make.registration(at.sam.person, of=make.qualification(CODE)), make.assessor(person("A1"))
    )


def claimed(at: World) -> None:
    """The certificate is claimed by the version they moved from, unit by unit."""
    of, own = candidate(at), make.assessor(person("A2"))
    make.decision(make.evidence(of), own, dt.date(2025, 8, 10))
    for number in (1, 2):
        release_unit(signoff=make.signoff(of, own, number), released_by=quality_assurer(), by=BY)
    later = make.version(of.qualification, "2026", dt.date(2026, 1, 1))
    keys = dict(Criterion.objects.filter(unit__version=of.version_id).values_list("code", "pk"))
    with acting_as(by=BY):
        for one in Criterion.objects.filter(unit__version=later):
            one.replaces = [keys[one.code]]
            one.save()
    move_version(registration=of, version=later, on=dt.date(2026, 1, 5), reason="New", by=BY)
    claim_certificate(registration=Registration.objects.get(pk=of.pk), by=BY)


FIRST = ("1.1.1", "1.1.2", "1.1.3")


def assessor(**cells: Any) -> list[Cells]:
    return [{"staff_number": "P1", **cells}]


def decision(**cells: Any) -> list[Cells]:
    return [
        {
            "evidence_reference": "EV1",
            "assessor": "A1",
            "decided_on": "2025-08-10",
            "criteria_met": "1.1.1",
            "criteria_not_met": "",
            "feedback": "Clear.",
            "countersigner": "",
            "countersigned_on": "",
            "countersign_outcome": "",
            "countersign_feedback": "",
            **cells,
        }
    ]


def evidence(**cells: Any) -> list[Cells]:
    return [
        {
            "reference": "EV1",
            "staff_number": "L1",
            "qualification": CODE,
            "title": "Observation of supervision",
            "method": "observation",
            "submitted_on": "2025-08-01",
            "criteria": "1.1.1",
            **cells,
        }
    ]


def registration(**cells: Any) -> list[Cells]:
    return [{"staff_number": "L1", "qualification": CODE, "registered_on": "2025-01-15", **cells}]


def signoff(**cells: Any) -> list[Cells]:
    return [
        {
            "staff_number": "L1",
            "qualification": CODE,
            "unit": "1",
            "signed_off_on": "2025-09-01",
            "signed_off_by": "A1",
            **cells,
        }
    ]


SIGNED = {"countersigner": "C1", "countersigned_on": "2025-08-20", "countersign_outcome": "agreed"}

CASES: dict[str, Case] = {
    "lapsed before it was achieved": Case(
        "assessors",
        assessor(
            taqa_registered_on="2020-01-01", taqa_achieved_on="2021-01-01", lapsed_on="2020-06-01"
        ),
    ),
    "an award achieved on a day to come": Case(
        "assessors", assessor(taqa_registered_on="2020-01-01", taqa_achieved_on=TO_COME)
    ),
    "authority that ends before it begins": Case(
        "assessors",
        assessor(
            taqa_achieved_on="2020-01-01",
            countersign_from="2021-01-01",
            countersign_until="2020-06-01",
        ),
        "on or after the first",
    ),
    "a last day to countersign without a first": Case(
        "assessors", assessor(taqa_achieved_on="2020-01-01", countersign_until="2020-06-01")
    ),
    "not yet met without feedback": Case(
        "decisions",
        decision(criteria_met="", criteria_not_met="1.1.1", feedback=""),
        "Say what is still needed",
        candidate,
    ),
    "a decision on evidence that was undone": Case(
        "decisions", decision(), "is not evidence you can reach", undone
    ),
    "a method by which a criterion may not be shown": Case(
        "evidence", evidence(method="reflective_account"), "may be shown", limited
    ),
    "a registration re-dated to another version": Case(
        "registrations", registration(registered_on="2023-06-15"), "", versions
    ),
    "a registration re-dated after its evidence": Case(
        "registrations", registration(registered_on="2025-09-01"), "", candidate
    ),
    "a registration re-dated after a sign-off": Case(
        "registrations", registration(registered_on="2025-09-02"), "", signed_early
    ),
    "a registration re-dated after a move": Case(
        "registrations", registration(registered_on="2025-09-01"), "", moved
    ),
    "certificated on a day to come": Case(
        "registrations",
        registration(certificated_on=TO_COME, certificate_number="1"),
        "uture",
        candidate,
    ),
    "a unit signed off without what its rule asks": Case(
        "unit-signoffs", signoff(), "2 pieces of evidence are needed", ruled
    ),
    "a unit signed off once the certificate is claimed": Case(
        "unit-signoffs", signoff(signed_off_on="2026-01-06"), "", claimed
    ),
    "a decision in a signed-off unit": Case(
        "decisions", decision(evidence_reference="EV2"), "signed off", signed_off
    ),
    "a countersigner who was not qualified": Case(
        "decisions",
        decision(assessor="T1", **{**SIGNED, "countersigner": "P1"}),
        "not a qualified assessor",
        candidate,
    ),
    "returned without feedback": Case(
        "decisions",
        decision(assessor="T1", **{**SIGNED, "countersign_outcome": "returned"}),
        "Say what",
        candidate,
    ),
    "a decision that names no criterion": Case(
        "decisions", decision(criteria_met=""), "at least one criterion", candidate
    ),
}
