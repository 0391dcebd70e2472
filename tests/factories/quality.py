"""Quality assurance, for tests: quality assurers, and a unit that is released."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments import models as kept
from pqip.core.acting import act
from tests.factories import assessments
from tests.factories.assessments import BY
from workforce.models import Person

DAY = dt.date(2026, 1, 5)
ASSURED = ["TQ", "VQ5", "VQ3", "TAQA3"]


def quality_assurer(who: Person | None = None, **fields: Any) -> Person:
    """Somebody qualified, with authority to quality assure."""
    terms = {"assure_from": dt.date(2020, 1, 1), "assured_qualifications": ASSURED, **fields}
    return assessments.assessor(who, **terms)


def released_unit(decision: kept.Decision, by: Person, other: Person) -> kept.UnitRelease:
    """A unit of this decision's candidate signed off by `by` and released by `other`; and one that nobody has released."""
    candidate = decision.evidence.registration
    signoff = assessments.signoff(candidate, by)
    assessments.signoff(assessments.registration(of=candidate.qualification), by)
    quality_assurer(other)
    with act(by=BY):
        return kept.UnitRelease.objects.create(
            signoff=signoff, registration=candidate, released_by=other, effective_on=DAY
        )
