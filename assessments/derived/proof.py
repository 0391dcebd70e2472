"""Compare the derived tables with the ledgers (`manage.py check_ledger`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection

from assessments.facts.worked_out import CHUNK, worked_out
from assessments.models import CriterionMet, Registration, UnitAchievement, Wait
from pqip.core import proof
from pqip.core.chunks import chunks

WRONG_STAMPS = """
SELECT e.reference, p.is_needed
FROM assessments_decision d JOIN assessments_evidence e ON e.id = d.evidence_id
LEFT JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
LEFT JOIN assessments_assessorrecord a ON a.person_id = d.assessor_id AND a.voided_at IS NULL
WHERE d.voided_at IS NULL
    AND p.is_needed IS DISTINCT FROM NOT coalesce(assessments_is_qualified(a.achieved_on, a.lapsed_on, d.effective_on), false)
"""


@proof.check("Waits, criteria met and units achieved")
def derived() -> Iterator[str]:
    """Yield a message for each registration whose stored waits, criteria met or units achieved differ from its facts."""
    for ids in chunks(Registration.objects.values_list("pk", flat=True), CHUNK):
        kept = _kept(ids)
        for one in worked_out(ids):
            should = Counter(
                [*map(tuple, one.waits), *map(tuple, one.met), *map(tuple, one.achieved)]
            )
            if should != kept.get(one.registration, Counter()):
                yield f"Registration {one.registration}: what is kept differs from what its evidence and decisions say."


@proof.check("Stamps of decisions")
def stamps() -> Iterator[str]:
    """Yield a message for each decision whose countersignature stamp is missing or disagrees with its assessor's
    award.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRONG_STAMPS)
        for reference, needed in cursor.fetchall():
            stamped = {True: "needed", False: "not needed", None: "missing"}[needed]
            yield f"A decision on {reference}: the stamp says a countersignature is {stamped}; the award says otherwise."


def _kept(ids: list[int]) -> dict[int, Counter[Any]]:
    """Return the stored rows of each registration (by key), counted, in the shape the rules give them."""
    found: dict[int, Counter[Any]] = {}
    rows: list[tuple[Any, ...]] = []
    waits = Wait.objects.filter(evidence__registration__in=ids)
    rows += waits.values_list(
        "evidence__registration", "kind", "evidence", "decision", "from_on", "to_on"
    )
    rows += CriterionMet.objects.filter(registration__in=ids).values_list(
        "registration", "criterion", "from_on", "to_on"
    )
    rows += UnitAchievement.objects.filter(registration__in=ids).values_list(
        "registration", "unit", "from_on", "to_on"
    )
    for registration, *row in rows:
        found.setdefault(registration, Counter())[tuple(row)] += 1
    return found
