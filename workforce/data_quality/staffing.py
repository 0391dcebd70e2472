"""Checks of regions' posts: declared complete, and equal to returned totals. They name nobody."""

from __future__ import annotations

import datetime as dt

from pqip.core.known import known_sql
from workforce.data_quality.checks import ABOUT_PLACE, Check, Sql, register

#: Each region and grade with a post on the day, a returned total, or records declared complete by
#: then.
UNDECLARED = """
SELECT k.region_id, NULL::bigint AS pdu_id, NULL::bigint AS person_id, NULL::bigint AS enrolment_id, g.name AS about,
    c.id IS NULL AS fails,
    (SELECT max(e.ended_on) FROM workforce_recordscomplete e
        WHERE e.region_id = k.region_id AND e.grade_id = k.grade_id AND e.ended_on < %(as_at)s AND {known_e}) AS since
FROM (
    SELECT region_id, grade_id FROM posts
    UNION SELECT t.region_id, t.grade_id FROM workforce_staffingreturn t WHERE t.effective_on <= %(as_at)s AND {known_t}
    UNION SELECT d.region_id, d.grade_id FROM workforce_recordscomplete d WHERE d.effective_on <= %(as_at)s AND {known_d}
) k
JOIN workforce_region r ON r.id = k.region_id AND r.code <> 'NAT' JOIN workforce_grade g ON g.id = k.grade_id
LEFT JOIN workforce_recordscomplete c ON c.region_id = k.region_id AND c.grade_id = k.grade_id AND {known_c}
    AND c.effective_on <= %(as_at)s AND (c.ended_on IS NULL OR c.ended_on >= %(as_at)s)
"""
#: The latest return of each region (or unit) and grade, and the posts recorded there on the
#: return's own day.
DIFFERING = """
SELECT v.region_id, v.pdu_id, NULL::bigint AS person_id, NULL::bigint AS enrolment_id,
    g.name || ': ' || to_char(v.effective_on, 'FMDD FMMonth YYYY') || ', returned ' || round(v.fte, 1) || ', on record '
        || round(h.fte, 1) AS about,
    round(h.fte, 1) <> round(v.fte, 1) OR coalesce(v.headcount <> h.headcount, false) AS fails, v.effective_on AS since
FROM (
    SELECT DISTINCT ON (t.region_id, t.pdu_id, t.grade_id) t.* FROM workforce_staffingreturn t
    WHERE t.effective_on <= %(as_at)s AND {known_t} ORDER BY t.region_id, t.pdu_id, t.grade_id, t.effective_on DESC
) v
JOIN workforce_region r ON r.id = v.region_id AND r.code <> 'NAT' JOIN workforce_grade g ON g.id = v.grade_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(w.fte), 0) AS fte, count(*) AS headcount FROM workforce_spell w
    WHERE w.region_id = v.region_id AND w.grade_id = v.grade_id AND (v.pdu_id IS NULL OR w.pdu_id = v.pdu_id)
        AND w.effective_on <= v.effective_on AND (w.ended_on IS NULL OR w.ended_on >= v.effective_on) AND {known_w}
) h
LEFT JOIN workforce_recordscomplete c ON c.region_id = v.region_id AND c.grade_id = v.grade_id AND {known_c}
    AND c.effective_on <= v.effective_on AND (c.ended_on IS NULL OR c.ended_on >= v.effective_on)
WHERE h.headcount > 0 OR c.id IS NOT NULL
"""


def _asked(sql: str, aliases: str, known_at: dt.datetime | None) -> Sql:
    return sql.format(**{f"known_{alias}": known_sql(alias, known_at) for alias in aliases}), {}


def undeclared(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    return _asked(UNDECLARED, "etdc", known_at)


def differing(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    return _asked(DIFFERING, "twc", known_at)


register(
    Check(
        "not_declared",
        "Posts of a region not declared complete",
        means="Nobody has declared that every post of the grade in the region is on record on the day. Where a total was "
        "returned, figures rest on it.",
        to_do="Bring in every post of the grade, then declare the records complete with the file records-complete.",
        counts="Grades of each region with a post on record, a returned total or a declaration",
        mends=("workforce.import_staffing",),
        about=ABOUT_PLACE,
        rows=undeclared,
        reads=("posts",),
    ),
    Check(
        "return_differs",
        "Returned total and records that differ",
        means="The latest total that was returned is not what posts on record on its own day add up to.",
        to_do="Find the posts that are missing, or end those that are over; or bring in the return again as it should be.",
        counts="Latest returns of each region or unit and grade, of which posts are on record or declared complete on their day",
        mends=("workforce.import_staffing", "workforce.manage_people"),
        about=ABOUT_PLACE,
        rows=differing,
    ),
)
