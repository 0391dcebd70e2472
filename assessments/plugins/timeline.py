"""What this app adds to a learner's timeline (`learners/ports/timeline.py`): evidence, decisions, countersignatures,
units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessments.models import Countersignature, Decision, Submission, UnitSignoff
from assessments.presenters.words import outcome_words
from assessments.queries.records import VIEW
from learners.models import Enrolment
from learners.ports import timeline
from learners.ports.timeline import TimelineEntry
from pqip.core.formats import lower_first


def vocational(enrolment: Enrolment, user: Any) -> Iterator[TimelineEntry]:
    """Yield what was submitted, decided, countersigned and signed off, in every qualification."""
    whose = enrolment.person_id
    for piece in (
        Submission.objects.live()
        .filter(evidence__registration__person=whose)
        .select_related("evidence")
    ):
        yield TimelineEntry(
            piece.effective_on, f"Evidence {piece.evidence.reference} handed in", piece, piece.title
        )
    decided = Decision.objects.live().filter(evidence__registration__person=whose)
    for row in decided.select_related("evidence", "assessor"):
        yield TimelineEntry(
            row.effective_on,
            f"Evidence {row.evidence.reference} decided by {row.assessor}",
            row,
            outcome_words(row),
        )
    given = Countersignature.objects.live().filter(decision__evidence__registration__person=whose)
    for one in given.select_related("decision__evidence"):
        outcome = lower_first(one.get_outcome_display())
        yield TimelineEntry(
            one.effective_on,
            f"Decision on {one.decision.evidence.reference} countersigned: {outcome}",
            one,
        )
    for unit in (
        UnitSignoff.objects.live()
        .filter(registration__person=whose)
        .select_related("unit", "signed_off_by")
    ):
        yield TimelineEntry(
            unit.effective_on, f"{unit.unit} signed off", unit, f"By {unit.signed_off_by}"
        )


timeline.register("Vocational", vocational, permission=VIEW)
