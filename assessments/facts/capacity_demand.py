"""Demand for assessment and the assessors' capacity for it, as stretches of time in each region."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import connection

from assessments.facts import progress as facts
from assessments.facts.caseload import AWARD, months_of
from assessments.rules.capacity_demand import Stretch
from learners.facts.qualified import officers_keeping_their_pta
from learners.facts.status import status_on
from learners.rules.dates import add_months
from pqip.core.clock import today
from pqip.core.known import known_sql
from pqip.core.scope import Scope
from workforce.facts.merges import as_known
from workforce.models import Region

#: Places of an assessor whose target caseload is not recorded (assumed).
TARGET_CASELOAD = 15
VOCATIONAL = "VQ3"
#: Months within which a PSO is to achieve the VQ3 (rule C4 68), where no target is recorded.
VQ3_MONTHS = 12

#: The post that each person who is registered holds on the day.
HELD = """
SELECT DISTINCT ON (w.person_id) w.person_id, w.region_id, w.pdu_id FROM workforce_spell w
WHERE w.person_id IN (SELECT person_id FROM progress)
    AND w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known_w}
ORDER BY w.person_id, w.effective_on DESC, w.id
"""
#: Active learners and those on a break count until their planned end (past it, until completion is recorded); planned
#: starters from their start.
LEARNERS = """
SELECT 'learners' AS kind, s.region_id, s.pdu_id,
    CASE WHEN s.status = 'due_to_start' THEN greatest(s.start_date, %(as_at)s) ELSE %(as_at)s::date END AS from_on,
    CASE WHEN s.planned_end >= %(as_at)s THEN s.planned_end END AS to_on, 1 AS people, 0 AS places, '{{}}'::text[] AS assesses
FROM standing s WHERE s.status IN ('active', 'deferred', 'due_to_start')
"""
LEARNING = """
SELECT e.person_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id WHERE s.status IN ('active', 'deferred')
"""
#: People in post who are registered for a qualification and have not achieved it: until it is due, or without end where that
#: day has passed.
REGISTERED = """
SELECT '{kind}', w.region_id, w.pdu_id, %(as_at)s::date, CASE WHEN d.due_on >= %(as_at)s THEN d.due_on END, 1, 0, '{{}}'
FROM assessments_registration r
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = '{code}'
JOIN assessments_registrationfact f ON f.registration_id = r.id AND f.effective_on <= %(as_at)s AND {known_f}
JOIN progress g ON g.registration_id = r.id
JOIN held w ON w.person_id = r.person_id
CROSS JOIN LATERAL (SELECT coalesce(f.target_on, (f.effective_on + make_interval(months => %({months})s))::date) AS due_on) d
WHERE (f.certificated_on IS NULL OR f.certificated_on > %(as_at)s)
    AND NOT (g.units_total > 0 AND g.units_achieved >= g.units_total) AND {further}
"""
#: For the VQ3, those who are no learners; for the award, those who do not hold it by another record.
NOT_LEARNING = "r.person_id NOT IN (SELECT person_id FROM learning)"
NOT_QUALIFIED = """
NOT EXISTS (SELECT FROM assessments_assessorrecord a WHERE a.person_id = r.person_id AND a.achieved_on <= %(as_at)s AND {known_a})
"""
#: Trainee and qualified assessors in post, with their places: the recorded target, or the usual caseload of their
#: grade by their hours. The qualifications are those they are allowed or competent to assess; where neither is
#: recorded, those of their grade (assumed).
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
#: Assessors who are away offer no places until the last day recorded or expected; an expected day that has passed is
#: ignored.
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
WITH standing AS ({standing}), progress AS MATERIALIZED ({progress}), held AS ({held}), learning AS ({learning}),
posts AS ({posts}), each AS (
    {learners} UNION ALL {psos} UNION ALL {trainees} UNION ALL {in_post} UNION ALL {away}
)
SELECT kind, region_id, pdu_id, from_on, to_on, sum(people)::integer, sum(places)::integer, assesses
FROM each GROUP BY kind, region_id, pdu_id, from_on, to_on, assesses
ORDER BY kind, region_id, pdu_id, from_on, to_on, assesses
"""
#: Counted where they hold the officer's post now; where no post is recorded, where they completed the programme.
WORKSHOPS = """
SELECT p.region_id, p.pdu_id, count(*)::integer FROM learners_newlyqualifiedworkshop w
JOIN learners_enrolment e ON e.id = w.enrolment_id
CROSS JOIN LATERAL (SELECT coalesce(e.post_region_id, e.region_id) AS region_id,
    CASE WHEN e.post_region_id IS NULL THEN e.pdu_id ELSE e.post_pdu_id END AS pdu_id) p
WHERE w.effective_on > %(since)s AND w.effective_on <= %(as_at)s AND {known_w} GROUP BY p.region_id, p.pdu_id
"""


def usual_caseload() -> int:
    """Return the places of a full-time assessor whose target is not recorded."""
    return int(getattr(settings, "PQIP_TARGET_CASELOAD", TARGET_CASELOAD))


def stretches(scope: Scope, on: dt.date | None = None) -> list[Stretch]:
    """Return the stretches of demand and capacity from a day on (default: today) in the places within a scope."""
    day = on or today()
    return [
        each
        for each in (*recorded(day), *_officers(day))
        if _within(scope, each.region_id, each.pdu_id)
    ]


def recorded(on: dt.date, known_at: dt.datetime | None = None) -> list[Stretch]:
    """Return the stretches of demand and capacity from a day on everywhere, as known now or at an instant, without the newly
    qualified (`learners.facts.qualified.protection`).
    """
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "abfw"}
    parts = {
        "held": HELD,
        "learners": LEARNERS,
        "learning": LEARNING,
        "posts": POSTS,
        "in_post": IN_POST,
        "away": AWAY,
    }
    registered = {
        "psos": {"code": VOCATIONAL, "months": "vq3_months", "further": NOT_LEARNING},
        "trainees": {
            "code": AWARD,
            "months": "award_months",
            "further": NOT_QUALIFIED.format(**known),
        },
    }
    status_sql, one = status_on(on, known_at)
    progress_sql, two = facts.units_of(on, known_at, [VOCATIONAL, AWARD])
    query = COUNTED.format(
        standing=status_sql,
        progress=progress_sql,
        **{name: sql.format(**known) for name, sql in parts.items()},
        **{kind: REGISTERED.format(kind=kind, **of, **known) for kind, of in registered.items()},
    )
    asked = {
        "as_at": on,
        "known_at": known_at,
        "usual": usual_caseload(),
        "vq3_months": VQ3_MONTHS,
        "award_months": months_of(AWARD),
    }
    return [
        Stretch(kind, region, pdu, begins, ends, people, places, tuple(assesses))
        for kind, region, pdu, begins, ends, people, places, assesses in _asked(
            as_known(query, known_at), {**one, **two, **asked}
        )
    ]


def _officers(on: dt.date) -> list[Stretch]:
    """Return a stretch for newly qualified officers who keep their PTA, where they hold the post, until their
    protection ends.
    """
    counted = Counter(officers_keeping_their_pta(on))
    return [
        Stretch("officers", one.region_id, one.pdu_id, one.from_on, one.until, people)
        for one, people in sorted(counted.items(), key=str)
    ]


def workshops(scope: Scope, *, of: Region | None = None) -> int:
    """Return how many workshops newly qualified officers attended in the last 12 months, each officer counted, in one
    region or all.
    """
    day = today()
    rows = _asked(
        WORKSHOPS.format(known_w=known_sql("w", None)),
        {"as_at": day, "since": add_months(day, -12)},
    )
    return sum(
        count
        for region, pdu, count in rows
        if _within(scope, region, pdu) and (of is None or region == of.pk)
    )


def regions(scope: Scope) -> list[Region]:
    """Return the regions of which a scope holds anything, in their order."""
    rows = Region.objects.exclude(code=Region.NATIONAL).order_by("order", "code")
    if scope.everywhere:
        return list(rows)
    return [one for one in rows.prefetch_related("pdus") if _holds(scope, one)]


def _holds(scope: Scope, region: Region) -> bool:
    return scope.covers_region(region.pk) or any(
        unit.pk in scope.pdus for unit in region.pdus.all()
    )


def _within(scope: Scope, region: int | None, pdu: int | None) -> bool:
    return scope.covers_region(region) or (pdu is not None and pdu in scope.pdus)


def _asked(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
