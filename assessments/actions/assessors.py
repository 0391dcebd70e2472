"""Record assessors' awards and authorities, and stamp anew the decisions a re-dated award touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from assessments.actions import derive
from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import AssessorRecord, CountersignStamp
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Person

DATES = (
    "registered_on", "achieved_on", "lapsed_on", "countersign_from", "countersign_until", "competent_on", "assure_from",
    "assure_until",
)
TERMS = (
    *DATES, "certificate_number", "allowed_qualifications", "weekly_hours", "may_assess", "target_caseload",
    "assured_qualifications",
)
#: More than anybody assesses or countersigns: a slip of the keyboard.
MOST_CANDIDATES, MOST_HOURS = 100, 60
RECORDED = "Somebody else has just recorded this assessor."
RE_DATED = "The assessor’s award was re-dated"

#: Stamps that say otherwise than the assessor's award now does.
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
    """Record what is known of a person as assessor: any of `TERMS`; what is not given stays as it was.

    Stamps anew every decision of theirs that the award now treats otherwise. Raises RuleBroken for dates that cannot be,
    a correction without a reason, one that would leave what they countersigned, sampled or released without authority, or one
    by which a unit that is signed off would no longer be achieved.
    """
    with refusals(RECORDED), act(by=by, reason=reason):
        hold(redated=[person.pk])
        current = AssessorRecord.objects.live().filter(person=person).first()
        stated = {**_terms(current), **terms}
        check_terms(stated)
        if current is None:
            fresh = AssessorRecord.objects.create(person=person, effective_on=begins(stated), **stated)
        elif stated == _terms(current):
            return current
        elif not reason.strip():
            raise RuleBroken("Say why the assessor’s record changes.", "reason")
        else:
            fresh = supersede(current, by=by, reason=reason, effective_on=begins(stated), **stated)
        derive.refresh(restamp([person.pk], by=by))
    return fresh


def restamp(person_ids: Collection[int], *, by: Any) -> list[int]:
    """Stamp anew what these assessors decided and the award now treats otherwise. Returns the registrations to refresh.

    Their standing is held by whoever calls. The candidates are held before it is asked which of the stamps still stand.
    """
    hold(registrations={row[4] for row in _stale(person_ids)})
    stale = _stale(person_ids)
    if not stale:
        return []
    with act(by=by, reason=RE_DATED):
        void(CountersignStamp.objects.filter(pk__in=[row[0] for row in stale]), by=by, reason=RE_DATED)
        CountersignStamp.objects.bulk_create(
            (CountersignStamp(decision_id=row[1], effective_on=row[2], is_needed=row[3]) for row in stale),
            batch_size=2000,
        )
    return sorted({row[4] for row in stale})


def _stale(person_ids: Collection[int]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STALE_STAMPS, [list(person_ids)])
        return cursor.fetchall()


def check_terms(terms: dict[str, Any]) -> None:
    """Raise RuleBroken for an award or an authority whose dates cannot be."""
    registered, achieved, lapsed = terms.get("registered_on"), terms.get("achieved_on"), terms.get("lapsed_on")
    starts, ends = terms.get("countersign_from"), terms.get("countersign_until")
    if achieved and registered and achieved < registered:
        raise RuleBroken("The award cannot be achieved before the assessor registered for it.", "achieved_on")
    if achieved and achieved > today():
        raise RuleBroken("The date achieved must be today or in the past.", "achieved_on")
    if lapsed and (not achieved or lapsed < achieved):
        raise RuleBroken("An award can lapse only after it was achieved.", "lapsed_on")
    if ends and not starts:
        raise RuleBroken("Give the day from which they may countersign.", "countersign_from")
    if ends and ends < starts:
        raise RuleBroken("The last day they may countersign must be on or after the first.", "countersign_until")


    check_competence(terms)


def check_competence(terms: dict[str, Any]) -> None:
    """Raise RuleBroken for occupational competence (rule C3 54), authority to quality assure or a capacity that cannot be."""
    competent, starts, ends = terms.get("competent_on"), terms.get("assure_from"), terms.get("assure_until")
    if competent and competent > today():
        raise RuleBroken("The day their competence was confirmed must be today or in the past.", "competent_on")
    if terms.get("may_assess") and not competent:
        raise RuleBroken("Give the day on which their occupational competence was confirmed.", "competent_on")
    if (ends or terms.get("assured_qualifications")) and not starts:
        raise RuleBroken("Give the day from which they may quality assure.", "assure_from")
    if ends and ends < starts:
        raise RuleBroken("The last day they may quality assure must be on or after the first.", "assure_until")
    for name, most in (("target_caseload", MOST_CANDIDATES), ("weekly_hours", MOST_HOURS)):
        value = terms.get(name)
        if value is not None and not 0 <= value <= most:
            raise RuleBroken(f"Enter a number from 0 to {most}.", name)


def begins(terms: dict[str, Any]) -> dt.date:
    """The day from which a record says anything: its earliest date; today where it has none."""
    return min((terms[name] for name in DATES if terms.get(name)), default=today())


def _terms(record: AssessorRecord | None) -> dict[str, Any]:
    return {name: getattr(record, name) for name in TERMS} if record else {}
