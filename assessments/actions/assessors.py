"""Record assessors' awards and authorities, and stamp again the decisions that a changed award date affects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from assessments.derived import progress
from assessments.models import AssessorRecord, CountersignStamp
from assessments.models.holding import hold
from assessments.rules.assessors import check_terms
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

DATES = (
    "registered_on",
    "achieved_on",
    "lapsed_on",
    "countersign_from",
    "countersign_until",
    "competent_on",
    "assure_from",
    "assure_until",
)
TERMS = (
    *DATES,
    "certificate_number",
    "allowed_qualifications",
    "weekly_hours",
    "may_assess",
    "target_caseload",
    "assured_qualifications",
)
RECORDED = "Somebody else has just recorded this assessor."
RE_DATED = "The assessor’s award was re-dated"

#: Countersignature stamps that no longer agree with the assessor's award.
STALE_STAMPS = """
SELECT p.id, p.decision_id, d.effective_on, NOT p.is_needed, e.registration_id
FROM assessments_decision d
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
JOIN assessments_evidence e ON e.id = d.evidence_id
LEFT JOIN assessments_assessorrecord a ON a.person_id = d.assessor_id AND a.voided_at IS NULL
WHERE d.assessor_id = ANY(%s) AND d.voided_at IS NULL
    AND p.is_needed = coalesce(assessments_is_qualified(a.achieved_on, a.lapsed_on, d.effective_on), false)
"""


def record_assessor(*, person: Person, by: Any, reason: str = "", **terms: Any) -> AssessorRecord:
    """Record what is known of a person as an assessor and return the new record.

    `terms` may hold any of `TERMS`; what is not given stays as it was. Every decision of theirs whose need for a
    countersignature changes with the award is stamped again.

    Raises RuleBroken for impossible dates, a correction without a reason, a change that would leave a
    countersignature, sample or release of theirs without authority, or a change by which a signed-off unit would no
    longer be achieved.
    """
    with translate_db_errors(RECORDED), acting_as(by=by, reason=reason):
        hold(redated=[person.pk])
        current = AssessorRecord.objects.live().filter(person=person).first()
        stated = {**_terms(current), **terms}
        check_terms(stated, today())
        if current is None:
            fresh = AssessorRecord.objects.create(
                person=person, effective_on=begins(stated), **stated
            )
        elif stated == _terms(current):
            return current
        elif not reason.strip():
            raise RuleBroken("Say why the assessor’s record changes.", "reason")
        else:
            fresh = supersede(current, by=by, reason=reason, effective_on=begins(stated), **stated)
        progress.refresh(restamp([person.pk], by=by))
    return fresh


def restamp(person_ids: Collection[int], *, by: Any) -> list[int]:
    """Stamp again the decisions of these assessors whose need for a countersignature has changed; return the
    registrations to refresh.

    The caller holds the lock on the assessors' standing. The candidates are locked before the current stamps are read.
    """
    hold(registrations={row[4] for row in _stale(person_ids)})
    stale = _stale(person_ids)
    if not stale:
        return []
    with acting_as(by=by, reason=RE_DATED):
        void(
            CountersignStamp.objects.filter(pk__in=[row[0] for row in stale]),
            by=by,
            reason=RE_DATED,
        )
        CountersignStamp.objects.bulk_create(
            (
                CountersignStamp(decision_id=row[1], effective_on=row[2], is_needed=row[3])
                for row in stale
            ),
            batch_size=2000,
        )
    return sorted({row[4] for row in stale})


def _stale(person_ids: Collection[int]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STALE_STAMPS, [list(person_ids)])
        return cursor.fetchall()


def begins(terms: dict[str, Any]) -> dt.date:
    """Return the day from which a record holds: its earliest date, or today where it has no date."""
    return min((terms[name] for name in DATES if terms.get(name)), default=today())


def _terms(record: AssessorRecord | None) -> dict[str, Any]:
    return {name: getattr(record, name) for name in TERMS} if record else {}
