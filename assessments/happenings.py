"""What this app tells of a learner's way (`learners/chronicle.py`): evidence, decisions, countersignatures, units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessments.models import Countersignature, Decision, Submission, UnitSignoff
from assessments.presenters.words import outcome_words
from assessments.reading import VIEW
from learners import chronicle
from learners.chronicle import Happening
from learners.models import Enrolment
from pqip.govuk.formats import lower_first


def vocational(enrolment: Enrolment, user: Any) -> Iterator[Happening]:
    """What was handed in, decided, countersigned and signed off, of every qualification."""
    whose = enrolment.person_id
    for piece in Submission.objects.live().filter(evidence__registration__person=whose).select_related("evidence"):
        yield Happening(piece.effective_on, f"Evidence {piece.evidence.reference} handed in", piece, piece.title)
    decided = Decision.objects.live().filter(evidence__registration__person=whose)
    for row in decided.select_related("evidence", "assessor"):
        yield Happening(row.effective_on, f"Evidence {row.evidence.reference} decided by {row.assessor}", row, outcome_words(row))
    given = Countersignature.objects.live().filter(decision__evidence__registration__person=whose)
    for one in given.select_related("decision__evidence"):
        said = lower_first(one.get_outcome_display())  # type: ignore[attr-defined]
        yield Happening(one.effective_on, f"Decision on {one.decision.evidence.reference} countersigned: {said}", one)
    for unit in UnitSignoff.objects.live().filter(registration__person=whose).select_related("unit", "signed_off_by"):
        yield Happening(unit.effective_on, f"{unit.unit} signed off", unit, f"By {unit.signed_off_by}")


chronicle.register("Vocational", vocational, permission=VIEW)
