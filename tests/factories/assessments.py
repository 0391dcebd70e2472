"""Assessment for tests: a small qualification (TQ), assessors, evidence and decisions. Nothing is random."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from itertools import count
from typing import Any

from django.db.models import Q

from assessments.actions.options import choose_units
from assessments.derived import progress
from assessments.facts import evidence_files
from assessments.models import (
    AssessmentPlan,
    AssessorRecord,
    Countersignature,
    Criterion,
    Decision,
    Evidence,
    EvidenceFile,
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Submission,
    Unit,
    UnitChoice,
    UnitSignoff,
    VersionMove,
)
from learners.derived.enrolments import refresh_standing
from learners.models import Allocation, Enrolment
from pqip.core.acting import Job, acting_as
from tests.factories.learners import person
from workforce.models import Person

BY = Job("test")
NUMBERS = count(1)
REGISTERED_ON = dt.date(2025, 1, 15)
QUALIFIED_ON = dt.date(2020, 1, 1)
#: Everything that an assessor confirms about evidence.
JUDGED = ["valid", "authentic", "current", "sufficient", "reliable"]


def qualification(
    code: str = "TQ", *, units: int = 2, criteria: int = 3, required: int = 1
) -> Qualification:
    """Return a qualification with one version: `units` of `criteria` each, with codes n.1.1, n.1.2, …"""
    with acting_as(by=BY):
        found, made = Qualification.objects.get_or_create(code=code, defaults={"name": code})
        if made:
            version(found, units=units, criteria=criteria, required=required)
    return found


def version(
    of: Qualification,
    name: str = "2023",
    from_date: dt.date = dt.date(2023, 1, 1),
    *,
    units: int = 2,
    criteria: int = 3,
    required: int = 1,
) -> QualificationVersion:
    with acting_as(by=BY):
        made = QualificationVersion.objects.create(
            qualification=of, name=name, from_date=from_date, source="test"
        )
        for number in range(1, units + 1):
            unit = Unit.objects.create(version=made, number=number, title=f"Unit {number}")
            Criterion.objects.bulk_create(
                Criterion(
                    unit=unit,
                    code=f"{number}.1.{place}",
                    text=f"Criterion {number}.1.{place}",
                    order=place,
                    required_count=required,
                )
                for place in range(1, criteria + 1)
            )
    return made


def codes(of: Registration, *wanted: str) -> list[int]:
    """Return the keys of criteria by their codes, in that order; without codes, all on which the candidate is assessed."""
    rows = Criterion.objects.filter(unit__version=of.version_id)
    keys = dict(rows.values_list("code", "pk"))
    chosen = UnitChoice.objects.live().filter(registration=of).values("unit")
    own = rows.filter(Q(unit__group=None) | Q(unit__in=chosen)).values_list("code", flat=True)
    return [keys[code] for code in wanted or sorted(own)]


def choose(of: Registration, *numbers: int, on: dt.date | None = None) -> list[Unit]:
    """Choose these optional units for the candidate; return every unit on which they are then assessed."""
    units = Unit.objects.filter(version=of.version_id)
    choose_units(
        registration=of,
        units=list(units.filter(number__in=numbers).values_list("pk", flat=True)),
        by=BY,
        on=on or REGISTERED_ON,
    )
    return list(units.filter(Q(group=None) | Q(number__in=numbers)).order_by("number"))


def unit(of: Registration, number: int = 1) -> Unit:
    return Unit.objects.get(version=of.version_id, number=number)


def registration(
    who: Person | None = None, on: dt.date = REGISTERED_ON, *, of: Qualification | None = None
) -> Registration:
    qualification_taken = of or qualification()
    with acting_as(by=BY):
        made = Registration.objects.create(
            person=who or person(),
            qualification=qualification_taken,
            version=qualification_taken.version_on(on),
        )
        RegistrationFact.objects.create(registration=made, effective_on=on)
    return made


def assessor(
    who: Person | None = None, *, achieved_on: dt.date | None = QUALIFIED_ON, **fields: Any
) -> Person:
    """Return an assessor, qualified long ago by default; a trainee where `achieved_on` is None."""
    found = who or person(last_name="Assessor")
    registered = fields.pop("registered_on", achieved_on or dt.date(2025, 1, 1))
    with acting_as(by=BY):
        AssessorRecord.objects.create(
            person=found,
            effective_on=registered,
            registered_on=registered,
            achieved_on=achieved_on,
            **fields,
        )
    return found


def trainee(who: Person | None = None) -> Person:
    return assessor(who or person(last_name="Trainee"), achieved_on=None)


def countersigner(who: Person | None = None, of: Person | None = None, **fields: Any) -> Person:
    """Return somebody qualified with authority to countersign; the countersigner of the assessor `of` where given."""
    terms = {
        "countersign_from": dt.date(2020, 1, 1),
        "allowed_qualifications": ["TQ", "VQ5", "TAQA3"],
        **fields,
    }
    found = assessor(who or person(last_name="Countersigner"), **terms)
    if of is not None:
        allocate(of, found, "countersigner")
    return found


def allocate(
    who: Person, other: Person, role: str = "pta", on: dt.date = REGISTERED_ON, **fields: Any
) -> Allocation:
    with acting_as(by=BY):
        made = Allocation.objects.create(
            person=who, other=other, role=role, effective_on=on, **fields
        )
        if enrolled := list(Enrolment.objects.filter(person=who).values_list("pk", flat=True)):
            refresh_standing(enrolled)
    return made


def evidence(
    of: Registration,
    on: dt.date = dt.date(2025, 8, 1),
    *named: str,
    reference: str = "",
    **fields: Any,
) -> Evidence:
    """Return evidence submitted on a day against the named criteria (by default all)."""
    stated = {"title": "Observation of supervision", "method": "observation", **fields}
    with acting_as(by=BY):
        made = Evidence.objects.create(
            reference=reference or f"T-{next(NUMBERS):06}", registration=of
        )
        Submission.objects.create(
            evidence=made, effective_on=on, criteria=codes(of, *named), **stated
        )
        progress.refresh([of.pk])
    return made


def decision(
    on_evidence: Evidence,
    by: Person,
    on: dt.date = dt.date(2025, 8, 10),
    met: tuple[str, ...] | None = None,
    not_met: tuple[str, ...] = (),
    *,
    number: int = 1,
    feedback: str = "Clear and complete.",
) -> Decision:
    """Return a decision, which by default finds every criterion met."""
    of = on_evidence.registration
    with acting_as(by=BY):
        made = Decision.objects.create(
            evidence=on_evidence,
            assessor=by,
            effective_on=on,
            number=number,
            feedback=feedback,
            criteria_met=codes(of, *met) if met else ([] if met == () else codes(of)),
            criteria_not_met=codes(of, *not_met) if not_met else [],
        )
        progress.refresh([of.pk])
    return made


def countersignature(
    of: Decision,
    by: Person,
    on: dt.date = dt.date(2025, 8, 20),
    outcome: str = "agreed",
    **fields: Any,
) -> Countersignature:
    with acting_as(by=BY):
        made = Countersignature.objects.create(
            decision=of, countersigner=by, effective_on=on, outcome=outcome, **fields
        )
        progress.refresh([of.evidence.registration_id])
    return made


def signoff(
    of: Registration, by: Person, number: int = 1, on: dt.date = dt.date(2025, 9, 1)
) -> UnitSignoff:
    with acting_as(by=BY):
        made = UnitSignoff.objects.create(
            registration=of, unit=unit(of, number), effective_on=on, signed_off_by=by
        )
        progress.refresh([of.pk])
    return made


def plan(
    of: Registration, by: Person, due_on: dt.date = dt.date(2099, 1, 5), *named: str, **fields: Any
) -> AssessmentPlan:
    """Return an assessment planned against the named criteria (by default all), for a day far ahead by default."""
    stated = {
        "what": "Observation of an appointment",
        "method": "observation",
        "effective_on": REGISTERED_ON,
        **fields,
    }
    with acting_as(by=BY):
        return AssessmentPlan.objects.create(
            registration=of, assessor=by, due_on=due_on, criteria=codes(of, *named), **stated
        )


def kept_file(of: Evidence, content: bytes = b"%PDF-1.7 test") -> EvidenceFile:
    """Return a file stored with a piece of evidence."""
    with acting_as(by=BY):
        made = EvidenceFile.objects.create(
            evidence=of,
            effective_on=REGISTERED_ON,
            name="report.pdf",
            kind="pdf",
            size=len(content),
            sha256=sha256(content).hexdigest(),
        )
    made.refresh_from_db()
    where = evidence_files.path_of(made.public_id)
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_bytes(content)
    return made


def move(of: Registration, on: dt.date = dt.date(2026, 1, 5)) -> VersionMove:
    """Return a move to a later version with the same criteria, each of which replaces its own."""
    found = QualificationVersion.objects.filter(
        qualification=of.qualification, name="later"
    ).first()
    later = found or version(of.qualification, "later", dt.date(2098, 1, 1))
    with acting_as(by=BY):
        made = VersionMove.objects.create(registration=of, version=later, effective_on=on)
        progress.refresh([of.pk])
    return made
