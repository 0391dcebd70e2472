"""Quality assurance and what is kept of assessors, for tests: quality assurers, and one row of every ledger of both."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from assessments import models as kept
from pqip.core.acting import act
from tests.factories import assessments
from tests.factories.assessments import BY
from workforce.models import Person, Region

DAY = dt.date(2026, 1, 5)
LATER = dt.date(2026, 6, 5)
ASSURED = ["TQ", "VQ5", "VQ3", "TAQA3"]


def quality_assurer(who: Person | None = None, **fields: Any) -> Person:
    """Somebody qualified, with authority to quality assure."""
    terms = {"assure_from": dt.date(2020, 1, 1), "assured_qualifications": ASSURED, **fields}
    return assessments.assessor(who, **terms)


def one_of_each(decision: kept.Decision, region: Region, by: Person, other: Person) -> list[Model]:
    """Write a row of every ledger about this decision's candidate and assessor; `other` has nothing to do with either.

    `by` signs the unit off, `other` quality assures.
    """
    candidate = decision.evidence.registration
    signoff = assessments.signoff(candidate, by)
    assessments.signoff(assessments.registration(of=candidate.qualification), by)  # which nobody has released
    second = assessments.version(candidate.qualification, "2027", dt.date(2027, 1, 1))
    of = {"registration": candidate, "effective_on": DAY}
    quality_assurer(other)
    with act(by=BY):
        meeting = kept.Standardisation.objects.create(region=region, held_on=DAY, topic="test")
        return [
            kept.AssessmentPlan.objects.create(
                **of, assessor=by, due_on=LATER, what="test", method="observation", criteria=assessments.codes(candidate)
            ),
            kept.EvidenceFile.objects.create(
                evidence=decision.evidence, effective_on=DAY, name="test.pdf", kind="pdf", size=1, sha256="test"
            ),
            kept.VersionMove.objects.create(**of, version=second),
            kept.UnitRelease.objects.create(**of, signoff=signoff, released_by=other),
            kept.CertificateClaim.objects.create(**of),
            kept.Sample.objects.create(
                decision=decision, quality_assurer=other, effective_on=DAY, stage="interim", due_on=LATER
            ),
            kept.Attendance.objects.create(meeting=meeting, person=by, has_come=True, effective_on=DAY),
            kept.StandardisationAction.objects.create(meeting=meeting, what="test", owner=by, do_by=LATER, effective_on=DAY),
            kept.CpdEntry.objects.create(person=by, what="test", hours=1, effective_on=DAY),
            kept.Handover.objects.create(
                person=by, taken_by=other, role="pta", why="leaving", note="test", effective_on=DAY
            ),
        ]
