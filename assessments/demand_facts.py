"""Who is to be assessed, and by how many assessors with how many places: stretches of time of each region, as known today."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection

from assessments import facts
from assessments.caseload_facts import AWARD, months_of
from assessments.rules.demand import Stretch
from learners.facts import standing
from learners.rules.dates import add_months
from pqip.core.clock import today
from pqip.core.known import known_sql
from pqip.core.scope import Scope
from workforce.models import Region

#: Places of an assessor whose target caseload is not recorded; assumed, not from the service.
TARGET_CASELOAD = 15
#: Months within which a PSO is to achieve the VQ3 (rule C4 68), where no target is recorded.
VQ3_MONTHS = 12

#: Active learners and those on a break until their planned end (past it: until completion is recorded), and planned starters.
LEARNERS = """
SELECT 'learners' AS kind, s.region_id, s.pdu_id,
    CASE WHEN s.status = 'due_to_start' THEN greatest(s.start_date, %(as_at)s) ELSE %(as_at)s::date END AS from_on,
    CASE WHEN s.planned_end >= %(as_at)s THEN s.planned_end END AS to_on, 1 AS people, 0 AS places, '{{}}'::text[] AS assesses
FROM standing s WHERE s.status IN ('active', 'deferred', 'due_to_start')
"""
OFFICERS = """
SELECT 'officers', e.region_id, e.pdu_id, n.effective_on, n.protected_until, 1, 0, '{{}}'
FROM learners_newlyqualified n JOIN learners_enrolment e ON e.id = n.enrolment_id
WHERE n.pta_id IS NOT NULL AND n.protected_until >= %(as_at)s AND {known_n}
"""
#: Registered for the VQ3, not achieved, in post and no learner: until the day it is due, or with no end where that has passed.
PSOS = """
SELECT 'psos', p.region_id, p.pdu_id, %(as_at)s::date, CASE WHEN d.due_on >= %(as_at)s THEN d.due_on END, 1, 0, '{{}}'
FROM assessments_registration r
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'VQ3'
JOIN assessments_registrationfact f ON f.registration_id = r.id AND f.effective_on <= %(as_at)s AND {known_f}
JOIN progress g ON g.registration_id = r.id
JOIN workforce_person p ON p.id = r.person_id
CROSS JOIN LATERAL (SELECT coalesce(f.target_on, (f.effective_on + make_interval(months => %(vq3_months)s))::date) AS due_on) d
WHERE (f.certificated_on IS NULL OR f.certificated_on > %(as_at)s)
    AND NOT (g.units_total > 0 AND g.units_achieved >= g.units_total)
    AND EXISTS (SELECT FROM workforce_spell w WHERE w.person_id = p.id AND w.effective_on <= %(as_at)s
        AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known_w})
    AND NOT EXISTS (SELECT FROM learners_enrolment e JOIN standing s ON s.enrolment_id = e.id
        WHERE e.person_id = p.id AND s.status IN ('active', 'deferred'))
"""
#: Registered for the award, not achieved, and in post: until the day it is due, or with no end where that has passed.
TRAINEES = """
SELECT 'trainees', p.region_id, p.pdu_id, %(as_at)s::date, CASE WHEN d.due_on >= %(as_at)s THEN d.due_on END, 1, 0, '{{}}'
FROM assessments_registration r
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'TAQA3'
JOIN assessments_registrationfact f ON f.registration_id = r.id AND f.effective_on <= %(as_at)s AND {known_f}
JOIN progress g ON g.registration_id = r.id
JOIN workforce_person p ON p.id = r.person_id
CROSS JOIN LATERAL (SELECT coalesce(f.target_on, (f.effective_on + make_interval(months => %(award_months)s))::date) AS due_on) d
WHERE (f.certificated_on IS NULL OR f.certificated_on > %(as_at)s)
    AND NOT (g.units_total > 0 AND g.units_achieved >= g.units_total)
    AND NOT EXISTS (SELECT FROM assessments_assessorrecord a
        WHERE a.person_id = p.id AND a.achieved_on <= %(as_at)s AND {known_a})
    AND EXISTS (SELECT FROM workforce_spell w WHERE w.person_id = p.id AND w.effective_on <= %(as_at)s
        AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known_w})
"""
#: Trainee and qualified assessors in post, with their places: the target recorded, or by grade the usual one by their hours. For
#: which qualifications: those they are allowed or competent to assess; where neither is recorded, as their grade says (assumed).
POSTS = """
SELECT a.person_id, w.region_id, w.pdu_id, w.effective_on AS from_on, least(w.ended_on, a.lapsed_on - 1) AS to_on,
    coalesce(a.target_caseload, round(%(usual)s * w.fte))::integer AS places,
    CASE WHEN cardinality(a.allowed_qualifications || a.may_assess) > 0
        THEN ARRAY(SELECT DISTINCT code::text FROM unnest(a.allowed_qualifications || a.may_assess) AS code ORDER BY 1)
        WHEN g.code = 'VQ3A' THEN ARRAY['VQ3'] WHEN g.code IN ('PTA', 'SPTA') THEN ARRAY['VQ5']
        ELSE '{{}}'::text[] END AS assesses
FROM assessments_assessorrecord a JOIN workforce_spell w ON w.person_id = a.person_id AND {known_w}
JOIN workforce_grade g ON g.id = w.grade_id
WHERE {known_a} AND (a.target_caseload IS NOT NULL OR g.code IN ('PTA', 'SPTA', 'VQ3A'))
    AND coalesce(least(w.ended_on, a.lapsed_on - 1) >= greatest(w.effective_on, %(as_at)s), true)
"""
IN_POST = "SELECT 'assessors', o.region_id, o.pdu_id, o.from_on, o.to_on, 1, o.places, o.assesses FROM posts o"
#: While they are away they give nothing: until the last day recorded or expected; one that passed is not.
AWAY = """
SELECT 'assessors', o.region_id, o.pdu_id, greatest(o.from_on, b.effective_on), least(o.to_on, b.to_on), -1, -o.places, o.assesses
FROM posts o JOIN LATERAL (
    SELECT lower(s.span) AS effective_on, upper(s.span) - 1 AS to_on FROM (
        SELECT unnest(range_agg(daterange(b.effective_on, coalesce(b.ended_on, CASE
            WHEN b.expected_end_date >= greatest(b.effective_on, %(as_at)s) THEN b.expected_end_date END), '[]'))) AS span
        FROM workforce_absence b
        WHERE b.person_id = o.person_id AND b.kind IN ('long_term_absence', 'career_break') AND {known_b}
    ) s
) b ON b.effective_on <= coalesce(o.to_on, 'infinity') AND coalesce(b.to_on, 'infinity') >= greatest(o.from_on, %(as_at)s)
"""
COUNTED = """
WITH standing AS ({standing}), progress AS ({progress}), posts AS ({posts}), each AS (
    {learners} UNION ALL {officers} UNION ALL {psos} UNION ALL {trainees} UNION ALL {in_post} UNION ALL {away}
)
SELECT kind, region_id, pdu_id, from_on, to_on, sum(people)::integer, sum(places)::integer, assesses
FROM each GROUP BY kind, region_id, pdu_id, from_on, to_on, assesses
ORDER BY kind, region_id, pdu_id, from_on, to_on, assesses
"""
WORKSHOPS = """
SELECT e.region_id, e.pdu_id, count(*)::integer FROM learners_newlyqualifiedworkshop w
JOIN learners_enrolment e ON e.id = w.enrolment_id
WHERE w.effective_on > %(since)s AND w.effective_on <= %(as_at)s AND {known_w} GROUP BY e.region_id, e.pdu_id
"""


def usual_caseload() -> int:
    """Places of a full-time assessor whose target is not recorded."""
    return int(getattr(settings, "PQIP_TARGET_CASELOAD", TARGET_CASELOAD))


def stretches(scope: Scope, on: dt.date | None = None) -> list[Stretch]:
    """Stretches of demand and of capacity from a day on, of the places within a scope."""
    day = on or today()
    known = {f"known_{alias}": known_sql(alias, None) for alias in "abfnw"}
    parts = {
        "learners": LEARNERS, "officers": OFFICERS, "psos": PSOS, "trainees": TRAINEES, "posts": POSTS, "in_post": IN_POST,
        "away": AWAY,
    }
    standing_sql, one = standing(day, None)
    progress_sql, two = facts.progress(day, None)
    query = COUNTED.format(
        standing=standing_sql, progress=progress_sql, **{name: sql.format(**known) for name, sql in parts.items()}
    )
    asked = {"as_at": day, "known_at": None, "usual": usual_caseload(), "vq3_months": VQ3_MONTHS,
             "award_months": months_of(AWARD)}
    found = (Stretch(*row, tuple(assesses)) for *row, assesses in _asked(query, {**one, **two, **asked}))
    return [each for each in found if _within(scope, each.region_id, each.pdu_id)]


def workshops(scope: Scope, *, of: Region | None = None) -> int:
    """Workshops that newly qualified officers attended in the last 12 months, each officer's counted; of one region or all."""
    day = today()
    rows = _asked(WORKSHOPS.format(known_w=known_sql("w", None)), {"as_at": day, "since": add_months(day, -12)})
    return sum(count for region, pdu, count in rows if _within(scope, region, pdu) and (of is None or region == of.pk))


def regions(scope: Scope) -> list[Region]:
    """Regions of which a scope holds anything, in their order."""
    rows = Region.objects.exclude(code=Region.NATIONAL).order_by("order", "code")
    if scope.everywhere:
        return list(rows)
    return [one for one in rows.prefetch_related("pdus") if _holds(scope, one)]


def _holds(scope: Scope, region: Region) -> bool:
    return scope.covers_region(region.pk) or any(unit.pk in scope.pdus for unit in region.pdus.all())


def _within(scope: Scope, region: int | None, pdu: int | None) -> bool:
    return scope.covers_region(region) or (pdu is not None and pdu in scope.pdus)


def _asked(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
