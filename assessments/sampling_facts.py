"""What is and should be sampled of assessors, for many at once; samples, releases and certificates within reach."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
)

from assessments import reading
from assessments.actions.signing_off import needs
from assessments.completion_facts import unfinished, unreleased, with_version
from assessments.models import (
    AssessorRecord,
    CertificateClaim,
    Countersignature,
    Decision,
    Registration,
    RegistrationFact,
    Sample,
    SamplingPolicy,
    Submission,
    Unit,
    UnitAchievement,
    UnitRelease,
    UnitSignoff,
)
from assessments.needed import needed_sql
from assessments.rules import sampling
from assessments.rules.sampling import Gap, Level, Work
from learners.rules.dates import add_months
from pqip.core.clock import today

VIEW, ASSURE, CLAIM = "assessments.view_quality", "assessments.quality_assure", "assessments.claim_certificate"

#: Final decisions of assessors in the period, with the units they speak of and whether all of those are signed off.
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
#: The first countersigned decision of each unit of each assessor, ever.
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


#: Sign-offs of units in which somebody had a part.
OWN_PARTS = """
SELECT s.id FROM assessments_unitsignoff s
WHERE assessments_had_part(s.registration_id, s.unit_id, %s::bigint) AND s.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class Sampled:
    """An assessor as quality assurance sees them: level with reasons, work in the period, what is missing."""

    level: Level
    works: list[Work]
    gap: Gap

    @property
    def done(self) -> int:
        return sum(one.is_sampled for one in self.works)


def policy_on(day: dt.date) -> SamplingPolicy | None:
    """The sampling policy in force on a day."""
    return SamplingPolicy.objects.filter(from_date__lte=day).order_by("-from_date").first()


def sampled(records: Collection[AssessorRecord], on: dt.date | None = None) -> dict[int, Sampled]:
    """How closely each of these assessors (by person) is sampled and what is missing, in as many queries at any number."""
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
            policy, achieved_on=record.achieved_on, lapsed_on=record.lapsed_on, returned=returned, outcomes=outcomes,
            least=getattr(settings, "PQIP_RATE_LEAST_DECISIONS", 10), on=on,
            new_until=add_months(record.achieved_on, policy.new_months) - dt.timedelta(days=1) if record.achieved_on else None,
        )
        own = works[record.person_id]
        found[record.person_id] = Sampled(level, own, sampling.gap(policy, level, own))
    return found


def proposals(records: Collection[AssessorRecord], assurer: int, on: dt.date | None = None) -> list[tuple[int, Work]]:
    """Decisions that would fill what is missing of these assessors, none of which the quality assurer had a part in."""
    policy = policy_on(on or today())
    if policy is None:
        return []
    return [
        (person, work) for person, one in sampled(records, on).items() if person != assurer
        for work in sampling.propose(policy, one.level, one.works, assurer)
    ]


def _works(people: list[int], first: dt.date, last: dt.date) -> dict[int, list[Work]]:
    with connection.cursor() as cursor:
        cursor.execute(WORKS, {"assessors": people, "first": first, "last": last, "known_at": None})
        rows = cursor.fetchall()
        cursor.execute(FIRSTS, {"assessors": people})
        firsts = {key for (key,) in cursor.fetchall()}
    live = Sample.objects.live().filter(decision__assessor__in=people).values_list("decision", "stage", "sampled_on")
    samples = {key: (stage, on) for key, stage, on in live}
    found: dict[int, list[Work]] = defaultdict(list)
    for key, assessor, registration, candidate, code, units, method, day, is_signed, countersigner, before in rows:
        stage, on = samples.get(key, ("", None))
        found[assessor].append(Work(
            key, registration, frozenset((code, number) for number in units), method, day,
            stage or (sampling.SUMMATIVE if is_signed else sampling.INTERIM),
            frozenset(one for one in (assessor, candidate, countersigner, *(before or ())) if one),
            is_sampled=on is not None, is_planned=bool(stage) and on is None, is_first=key in firsts,
        ))  # fmt: skip
    return found


def _wrong(people: list[int], first: dt.date, last: dt.date) -> dict[int, tuple[int, int]]:
    """Of each assessor in the period: outcomes and samples that went against a decision, and all of them."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    outcomes = Countersignature.objects.live().filter(decision__assessor__in=people, effective_on__range=(first, last))
    against = Q(outcome__in=("returned", "disagreed"))
    verdicts = Sample.objects.live().filter(decision__assessor__in=people, sampled_on__range=(first, last))
    for rows, bad in ((outcomes, against), (verdicts, Q(verdict="not_supported"))):
        counted = rows.order_by().values(who=F("decision__assessor")).annotate(every=Count("pk"), bad=Count("pk", filter=bad))
        for row in counted:
            wrong, every = found[row["who"]]
            found[row["who"]] = (wrong + row["bad"], every + row["every"])
    return found


def assessors(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Assessors within reach who have decided anything in the policy's period."""
    policy = policy_on(today())
    first = add_months(today(), -(policy.period_months if policy else 12))
    decided = Decision.objects.live().filter(assessor=OuterRef("person"), effective_on__gte=first)
    rows = AssessorRecord.objects.live().visible_to(user, permission).filter(Exists(decided))
    return rows.select_related("person__region")


def samples(user: Any, permission: str = VIEW) -> QuerySet[Sample]:
    """Samples within reach, undone ones too."""
    return Sample.objects.visible_to(user, permission)


def whole_samples(rows: QuerySet[Sample]) -> QuerySet[Sample]:
    """With what a page shows of each."""
    related = rows.select_related(
        "quality_assurer", "decision__assessor", "decision__evidence__registration__person",
        "decision__evidence__registration__qualification",
    )
    return related.prefetch_related(Prefetch("decision__evidence__submissions", Submission.objects.live(), to_attr="submitted"))


def countersignature_of(decision: Decision) -> Countersignature | None:
    """The outcome that stands of a decision."""
    return Countersignature.objects.live().filter(decision=decision).select_related("countersigner").first()


def to_release(user: Any, permission: str = VIEW) -> QuerySet[UnitSignoff]:
    """Units signed off within reach that quality assurance has not released, oldest first."""
    rows = UnitSignoff.objects.live().visible_to(user, permission)
    waiting = rows.exclude(Exists(UnitRelease.objects.live().filter(signoff=OuterRef("pk"))))
    return waiting.select_related("unit__version__qualification", "registration__person", "registration__qualification",
                                  "signed_off_by")


def own_parts(rows: Iterable[UnitSignoff], person: int | None) -> set[int]:
    """Of these sign-offs (keys), those of units in which somebody had a part: they may not release them."""
    with connection.cursor() as cursor:
        cursor.execute(OWN_PARTS, [person, [row.pk for row in rows]])
        return {key for (key,) in cursor.fetchall()}


def signoff_of(user: Any, permission: str, registration: Any, number: int) -> QuerySet[UnitSignoff]:
    """The sign-off that stands of a unit of a candidate within reach."""
    rows = UnitSignoff.objects.live().visible_to(user, permission)
    return rows.filter(registration__public_id=registration, unit__number=number).select_related(
        "unit", "registration__person", "registration__qualification", "signed_off_by"
    ).order_by("-unit__version__from_date", "-pk")


def releases_of(registration: Registration) -> dict[int, UnitRelease]:
    """Releases that stand, by sign-off."""
    rows = UnitRelease.objects.live().filter(registration=registration).select_related("released_by")
    return {one.signoff_id: one for one in rows}


def needs_of(registration: Registration, units: list[Unit]) -> dict[int, list[str]]:
    """What the rule of each unit that has one beyond a single piece still asks for, in words."""
    asked = {(registration.pk, one.pk): today() for one in units if one.has_rule}
    return {unit: said for (_registration, unit), said in needs(asked).items()}


def claim_of(registration: Registration) -> CertificateClaim | None:
    """The claim that stands."""
    return CertificateClaim.objects.live().filter(registration=registration).first()


def claims(user: Any, permission: str) -> QuerySet[CertificateClaim]:
    """Claims within reach, undone ones too."""
    return CertificateClaim.objects.visible_to(user, permission).select_related("registration__person")


def certificates(user: Any, permission: str = CLAIM) -> QuerySet[Registration]:
    """Candidates within reach with every unit achieved: `is_ready` where every unit is released, `claimed_on`,
    `certificated_on`."""
    achieved = UnitAchievement.objects.filter(reading.holds_today(), registration=OuterRef("pk"))
    open_ = UnitSignoff.objects.live().filter(registration=OuterRef("pk")).exclude(
        Exists(UnitRelease.objects.live().filter(signoff=OuterRef("pk")))
    )
    fact = RegistrationFact.objects.live().filter(registration=OuterRef("pk"))
    claim = CertificateClaim.objects.live().filter(registration=OuterRef("pk"))
    rows = with_version(reading.registrations(user, permission))
    # Asked only where a sign-off is not released: another version's may speak for the unit, or it was one more than is asked.
    return rows.filter(Exists(achieved)).exclude(unfinished()).annotate(
        is_ready=Case(When(~Exists(open_), then=True), default=~unreleased(), output_field=BooleanField()),
        claimed_on=claim.values("effective_on")[:1],
        certificated_on=fact.values("certificated_on")[:1],
    ).select_related("person", "qualification")
