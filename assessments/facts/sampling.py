"""What is sampled and must be sampled of assessors, for many at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q

from assessments.facts.countersigning_needed import needed_sql
from assessments.models import (
    AssessorRecord,
    Countersignature,
    Registration,
    Sample,
    SamplingPolicy,
)
from assessments.rules import sampling
from assessments.rules.sampling import Gap, Level, Work
from learners.rules.dates import add_months
from pqip.core.clock import today

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Certificated(TypedDict):
        is_ready: bool
        claimed_on: dt.date | None
        certificated_on: dt.date | None

    Certificated = WithAnnotations[Registration, _Certificated]


#: Final decisions of assessors in the period, with the units they concern and whether all of those are signed off.
WORKS = """
SELECT d.id, d.assessor_id, e.registration_id, r.person_id, q.code, array_agg(DISTINCT u.number), s.method, d.effective_on,
    bool_and(EXISTS (SELECT FROM assessments_unitsignoff g
        WHERE g.registration_id = r.id AND g.unit_id = u.id AND g.voided_at IS NULL)), c.countersigner_id,
    CASE WHEN EXISTS (SELECT FROM assessments_versionmove v WHERE v.registration_id = e.registration_id AND v.voided_at IS NULL)
        THEN assessments_parts_before(d.id) END
FROM assessments_decision d
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
JOIN assessments_evidence e ON e.id = d.evidence_id
JOIN assessments_registration r ON r.id = e.registration_id
JOIN assessments_qualification q ON q.id = r.qualification_id
JOIN assessments_submission s ON s.evidence_id = e.id AND s.voided_at IS NULL
JOIN assessments_criterion k ON k.id = ANY(d.criteria_met || d.criteria_not_met)
JOIN assessments_unit u ON u.id = k.unit_id
LEFT JOIN assessments_countersignature c ON c.decision_id = d.id AND c.voided_at IS NULL
WHERE d.assessor_id = ANY(%(assessors)s) AND d.voided_at IS NULL AND d.effective_on BETWEEN %(first)s AND %(last)s
    AND (NOT {needed} OR c.outcome IN ('agreed', 'disagreed'))
GROUP BY d.id, e.registration_id, r.person_id, q.code, s.method, c.countersigner_id
""".replace("{needed}", needed_sql("p", "c"))
#: The first countersigned decision of each assessor in each unit.
FIRSTS = """
SELECT DISTINCT ON (d.assessor_id, q.code, u.number) d.id
FROM assessments_decision d
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL AND p.is_needed
JOIN assessments_countersignature c ON c.decision_id = d.id AND c.voided_at IS NULL AND c.outcome IN ('agreed', 'disagreed')
JOIN assessments_criterion k ON k.id = ANY(d.criteria_met || d.criteria_not_met)
JOIN assessments_unit u ON u.id = k.unit_id
JOIN assessments_qualificationversion v ON v.id = u.version_id JOIN assessments_qualification q ON q.id = v.qualification_id
WHERE d.assessor_id = ANY(%(assessors)s) AND d.voided_at IS NULL
ORDER BY d.assessor_id, q.code, u.number, c.effective_on, d.effective_on, d.id
"""


@dataclass(frozen=True)
class AssessorSampling:
    """An assessor as quality assurance sees them: level with reasons, decisions in the period, and what is missing."""

    level: Level
    works: list[Work]
    gap: Gap

    @property
    def done(self) -> int:
        return sum(one.is_sampled for one in self.works)


def policy_on(day: dt.date) -> SamplingPolicy | None:
    """Return the sampling policy in force on a day, or None."""
    return SamplingPolicy.objects.filter(from_date__lte=day).order_by("-from_date").first()


def sampled(
    records: Collection[AssessorRecord], on: dt.date | None = None
) -> dict[int, AssessorSampling]:
    """Return how closely each of these assessors (by person) is sampled and what is missing, in a fixed number of
    queries.
    """
    on = on or today()
    policy = policy_on(on)
    if policy is None:
        return {}
    people = [record.person_id for record in records]
    first = add_months(on, -policy.period_months)
    works, wrong = _works(people, first, on), _wrong(people, first, on)
    found = {}
    for record in records:
        returned, outcomes = wrong[record.person_id]
        level = sampling.level_of(
            policy,
            achieved_on=record.achieved_on,
            lapsed_on=record.lapsed_on,
            returned=returned,
            outcomes=outcomes,
            least=getattr(settings, "PQIP_RATE_LEAST_DECISIONS", 10),
            on=on,
            new_until=add_months(record.achieved_on, policy.new_months) - dt.timedelta(days=1)
            if record.achieved_on
            else None,
        )
        own = works[record.person_id]
        found[record.person_id] = AssessorSampling(level, own, sampling.gap(policy, level, own))
    return found


def proposals(
    records: Collection[AssessorRecord], assurer: int, on: dt.date | None = None
) -> list[tuple[int, Work]]:
    """Return decisions that would fill what is missing of these assessors, with the assessor's key.

    The quality assurer had a part in none of them.
    """
    policy = policy_on(on or today())
    if policy is None:
        return []
    return [
        (person, work)
        for person, one in sampled(records, on).items()
        if person != assurer
        for work in sampling.propose(policy, one.level, one.works, assurer)
    ]


def _works(people: list[int], first: dt.date, last: dt.date) -> dict[int, list[Work]]:
    with connection.cursor() as cursor:
        cursor.execute(WORKS, {"assessors": people, "first": first, "last": last, "known_at": None})
        rows = cursor.fetchall()
        cursor.execute(FIRSTS, {"assessors": people})
        firsts = {key for (key,) in cursor.fetchall()}
    live = (
        Sample.objects.live()
        .filter(decision__assessor__in=people)
        .values_list("decision", "stage", "sampled_on")
    )
    samples = {key: (stage, on) for key, stage, on in live}
    found: dict[int, list[Work]] = defaultdict(list)
    for (
        key,
        assessor,
        registration,
        candidate,
        code,
        units,
        method,
        day,
        is_signed,
        countersigner,
        before,
    ) in rows:
        stage, on = samples.get(key, ("", None))
        found[assessor].append(Work(
            key, registration, frozenset((code, number) for number in units), method, day,
            stage or (sampling.SUMMATIVE if is_signed else sampling.INTERIM),
            frozenset(one for one in (assessor, candidate, countersigner, *(before or ())) if one),
            is_sampled=on is not None, is_planned=bool(stage) and on is None, is_first=key in firsts,
        ))  # fmt: skip
    return found


def _wrong(people: list[int], first: dt.date, last: dt.date) -> dict[int, tuple[int, int]]:
    """Return, for each assessor in the period, how many outcomes and samples went against a decision, and how many
    there were.
    """
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    outcomes = Countersignature.objects.live().filter(
        decision__assessor__in=people, effective_on__range=(first, last)
    )
    against = Q(outcome__in=("returned", "disagreed"))
    verdicts = Sample.objects.live().filter(
        decision__assessor__in=people, sampled_on__range=(first, last)
    )
    for rows, bad in ((outcomes, against), (verdicts, Q(verdict="not_supported"))):
        counted = (
            rows.order_by()
            .values(who=F("decision__assessor"))
            .annotate(every=Count("pk"), bad=Count("pk", filter=bad))
        )
        for row in counted:
            wrong, every = found[row["who"]]
            found[row["who"]] = (wrong + row["bad"], every + row["every"])
    return found
