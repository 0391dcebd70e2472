"""Quality assurance for tests: quality assurers, and a released unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments import models as kept
from pqip.core.acting import acting_as
from tests.factories import assessments
from tests.factories.assessments import BY
from workforce.models import Person

DAY = dt.date(2026, 1, 5)
ASSURED = ["TQ", "VQ5", "VQ3", "TAQA3"]


def quality_assurer(who: Person | None = None, **fields: Any) -> Person:
    """Return somebody qualified with authority to quality assure."""
    terms = {"assure_from": dt.date(2020, 1, 1), "assured_qualifications": ASSURED, **fields}
    return assessments.assessor(who, **terms)


def released_unit(decision: kept.Decision, by: Person, other: Person) -> kept.UnitRelease:
    """Return the release by `other` of a unit of this decision's candidate, signed off by `by`; another unit is left
    unreleased.
    """
    candidate = decision.evidence.registration
    signoff = assessments.signoff(candidate, by)
    assessments.signoff(assessments.registration(of=candidate.qualification), by)
    quality_assurer(other)
    with acting_as(by=BY):
        return kept.UnitRelease.objects.create(
            signoff=signoff, registration=candidate, released_by=other, effective_on=DAY
        )
