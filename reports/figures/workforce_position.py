"""Posts, people in post and the gap, by region and grade: from records where they are complete, otherwise from the latest
return.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from learners.facts.qualified import protection
from learners.rules.dates import add_months
from reports.figures.asking import Query, Question, Row
from reports.figures.in_post import rests_on_records, with_posts, with_totals
from reports.figures.numbers import percent, tenths
from reports.figures.settings import ABSENCE_DAYS, LEAVING_AVERAGE

#: What is lost of each person's hours on the day: the whole after a long absence, else the sum of reductions in force.
LOST = """
SELECT b.person_id, bool_or(b.kind <> 'reduced_hours' AND %(as_at)s::date - b.effective_on + 1 >= %(absence_days)s) AS whole,
    sum(coalesce(b.fte_lost, 0)) AS fte
FROM workforce_absence b
WHERE b.effective_on <= %(as_at)s AND (b.ended_on IS NULL OR b.ended_on >= %(as_at)s) AND {known}
GROUP BY b.person_id
"""
#: The share of an officer's work taken by newly qualified protection in force on the day.
PROTECTED = """
SELECT e.person_id, max(k.percent) AS percent
FROM unnest(%(protected)s::bigint[], %(percents)s::integer[]) AS k (enrolment_id, percent)
JOIN learners_enrolment e ON e.id = k.enrolment_id GROUP BY e.person_id
"""
#: The places for which a post counts: its region, and its unit where units are asked for.
PLACED = "CROSS JOIN LATERAL (SELECT NULL::bigint AS unit_id {units}) u"
UNITS = "UNION ALL SELECT {alias}.pdu_id WHERE {alias}.pdu_id IS NOT NULL"
#: Posts held on the day with the hours lost of each; learners' own reductions are not counted here.
EFFECTIVE = """
SELECT i.*, CASE WHEN l.whole THEN i.fte WHEN i.is_learner THEN 0
    ELSE least(i.fte, coalesce(l.fte, 0) + i.fte * coalesce(q.percent, 0) / 100) END AS non_effective_fte
FROM in_post i LEFT JOIN lost l ON l.person_id = i.person_id
LEFT JOIN workforce_grade g ON g.id = i.grade_id LEFT JOIN protected q ON q.person_id = i.person_id AND g.code = 'PO'
"""
PRESENT = """
SELECT i.region_id, u.unit_id, i.grade_id, sum(i.fte) AS fte, count(*) AS headcount,
    coalesce(sum(i.fte) FILTER (WHERE i.is_learner), 0) AS learners_fte, count(*) FILTER (WHERE i.is_learner) AS learners,
    round(coalesce(sum(i.non_effective_fte), 0), 2) AS non_effective_fte
FROM effective i {placed} GROUP BY i.region_id, u.unit_id, i.grade_id
"""
#: The number of managers and assessors at each place, with which learners are compared.
SUPERVISED = """
SELECT i.region_id, u.unit_id, count(*) FILTER (WHERE g.code = 'SPO') AS managers,
    count(*) FILTER (WHERE g.code IN ('PTA', 'SPTA')) AS ptas
FROM in_post i JOIN workforce_grade g ON g.id = i.grade_id {placed} GROUP BY i.region_id, u.unit_id
"""
#: Officers in their first officer's post, begun in the twelve months to the day, on or after the day they completed.
COMPLETED = """
SELECT e.person_id, min(s.from_on) AS on FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status = 'completed' GROUP BY e.person_id
"""
QUALIFIED = """
SELECT w.* FROM spells w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
JOIN finished f ON f.person_id = w.person_id AND f.on <= w.effective_on
WHERE w.effective_on > %(year_before)s AND w.effective_on <= %(as_at)s
    AND NOT EXISTS (SELECT FROM spells o WHERE o.person_id = w.person_id AND o.grade_id = w.grade_id
        AND o.effective_on < w.effective_on)
"""
#: Permanent staff who joined from outside, or left without moving to another post, in the twelve months to the day.
JOINED = """
SELECT w.* FROM spells w
WHERE w.contract = 'permanent' AND w.effective_on > %(year_before)s AND w.effective_on <= %(as_at)s
    AND NOT EXISTS (SELECT FROM spells o WHERE o.person_id = w.person_id AND o.ended_on = w.effective_on - 1)
"""
LEFT = """
SELECT w.* FROM spells w
WHERE w.contract = 'permanent' AND w.ended_on >= %(year_before)s AND w.ended_on < %(as_at)s
    AND lower(w.leave_reason || ' ' || w.destination) NOT LIKE '%%transfer%%'
    AND NOT EXISTS (SELECT FROM spells o WHERE o.person_id = w.person_id AND o.effective_on = w.ended_on + 1)
"""
#: Posts of permanent staff, each with how many of the days over which headcount is averaged it was held on: those up to its last
#: day less those before its first. The days are in order.
AVERAGED = """
SELECT w.*, width_bucket(coalesce(w.ended_on, 'infinity'), %(month_ends)s::date[])
    - width_bucket(w.effective_on - 1, %(month_ends)s::date[]) AS heads
FROM spells w
WHERE w.contract = 'permanent' AND w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(year_before)s)
"""
#: The same by place and grade.
COUNTED = """
SELECT w.region_id, u.unit_id, w.grade_id, count(*) AS {name} FROM {posts} w {placed} GROUP BY w.region_id, u.unit_id, w.grade_id
"""
AVERAGE = """
SELECT w.region_id, u.unit_id, w.grade_id, sum(w.headcount)::bigint AS heads FROM (
    SELECT region_id, pdu_id, grade_id, sum(heads) AS headcount FROM averaged_posts GROUP BY region_id, pdu_id, grade_id
) w {placed} GROUP BY w.region_id, u.unit_id, w.grade_id
"""
PLACES = """
SELECT region_id, unit_id, grade_id FROM targets UNION SELECT region_id, unit_id, grade_id FROM present
UNION SELECT region_id, unit_id, grade_id FROM returns UNION SELECT region_id, unit_id, grade_id FROM joined
UNION SELECT region_id, unit_id, grade_id FROM leavers UNION SELECT region_id, unit_id, grade_id FROM qualified
UNION SELECT region_id, NULL::bigint, grade_id FROM complete
"""
ANSWER = """
SELECT r.code AS region, d.code AS pdu, g.code AS grade, t.target_fte, h.region_id IS NOT NULL AS has_records,
    c.region_id IS NOT NULL AS is_complete,
    p.fte, p.headcount, p.learners_fte, p.learners, p.non_effective_fte, j.joiners, l.leavers, a.heads, q.qualified,
    s.managers, s.ptas, v.effective_on AS v_on,
    v.fte AS v_fte, v.headcount AS v_headcount, v.learners_fte AS v_learners_fte, v.non_effective_fte AS v_non_effective_fte,
    v.joiners_12m AS v_joiners, v.leavers_12m AS v_leavers, v.region_id IS NOT NULL AS has_return,
    EXISTS (SELECT FROM own_returns o
        WHERE o.region_id = k.region_id AND o.grade_id = k.grade_id AND o.pdu_id IS NULL) AS is_returned
FROM places k JOIN workforce_region r ON r.id = k.region_id JOIN workforce_grade g ON g.id = k.grade_id
LEFT JOIN workforce_pdu d ON d.id = k.unit_id
LEFT JOIN (SELECT DISTINCT region_id, grade_id FROM in_post) h ON h.region_id = k.region_id AND h.grade_id = k.grade_id
LEFT JOIN complete c ON c.region_id = k.region_id AND c.grade_id = k.grade_id
LEFT JOIN supervised s ON s.region_id = k.region_id AND s.unit_id IS NOT DISTINCT FROM k.unit_id
{joined}
WHERE {within} ORDER BY r.code = 'NAT', r."order", r.code, d.code NULLS FIRST, g."order", g.code
"""
COLUMNS = [
    "region",
    "pdu",
    "grade",
    "target_fte",
    "in_post_fte",
    "in_post_headcount",
    "learners_fte",
    "in_post_excluding_learners_fte",
    "non_effective_fte",
    "effective_fte",
    "shortfall_fte",
    "vacancy_rate",
    "effective_vacancy_rate",
    "joiners_12m",
    "leavers_12m",
    "leaving_rate",
    "source",
    "source_date",
    "qualified_12m",
    "learners_per_manager",
    "learners_per_pta",
]
PARTS = {
    "t": "targets",
    "p": "present",
    "j": "joined",
    "l": "leavers",
    "a": "average",
    "v": "returns",
    "q": "qualified",
}


def workforce_position(question: Question) -> list[Row]:
    """Return a row for each region and grade (and unit, with `by_pdu`; a blank unit is the whole region), in this order.

    National figures, where there are any, come last and are never added to those of regions.
    """
    query = people_in_post(question)
    query.define("supervised", SUPERVISED.format(placed=_placed(question, "i")))
    query.define("present", PRESENT.format(placed=_placed(question, "i")))
    with_movements(query)
    placed = _placed(question, "w")
    for relation, name in (
        ("joined", "joiners"),
        ("leavers", "leavers"),
        ("qualified", "qualified"),
    ):
        query.define(relation, COUNTED.format(name=name, posts=f"{relation}_posts", placed=placed))
    query.define("average", AVERAGE.format(placed=placed))
    with_totals(query, by_unit=_by_unit(question))
    query.define("places", PLACES)
    joined = "\n".join(
        f"LEFT JOIN {name} {alias} ON {alias}.region_id = k.region_id AND {alias}.grade_id = k.grade_id"
        f" AND {alias}.unit_id IS NOT DISTINCT FROM k.unit_id"
        for alias, name in PARTS.items()
    )
    within = question.place.condition("k").replace("k.pdu_id", "k.unit_id")
    points = len(averaged(question.as_at))
    return [
        _position(row, points) for row in query.rows(ANSWER.format(joined=joined, within=within))
    ]


def people_in_post(question: Question) -> Query:
    """A query with the relation `effective`: everybody in post on the day, with place, grade, hours and the hours lost."""
    query = Query(question)
    query.parameters |= {
        "absence_days": ABSENCE_DAYS.value,
        "year_before": add_months(question.as_at, -12),
    }
    with_posts(query)
    query.define("lost", LOST.format(known=question.known("b")))
    protected_percent = {
        key: found.record.percent_on(question.as_at)
        for key, found in protection(question.as_at, question.known_at).items()
        if found.record is not None
    }
    query.parameters |= {
        "protected": list(protected_percent),
        "percents": list(protected_percent.values()),
    }
    query.define("protected", PROTECTED)
    return query.define("effective", EFFECTIVE)


def with_movements(query: Query) -> Query:
    """Add the posts of who joined, left and qualified in the twelve months to the day, and of those over whom headcount is
    averaged: `joined_posts`, `leavers_posts`, `qualified_posts` and `averaged_posts`.
    """
    query.parameters |= {"month_ends": averaged(query.question.as_at)}
    query.define("finished", COMPLETED)
    query.define("joined_posts", JOINED).define("leavers_posts", LEFT)
    return query.define("qualified_posts", QUALIFIED).define("averaged_posts", AVERAGED)


def averaged(as_at: dt.date) -> list[dt.date]:
    """Return the days over which headcount is averaged: 13 month ends from twelve months before, or only the first and the
    last.
    """
    is_end = (as_at + dt.timedelta(days=1)).day == 1
    ends = [
        _month_end(add_months(as_at, -back)) if is_end else add_months(as_at, -back)
        for back in range(12, -1, -1)
    ]
    return ends if LEAVING_AVERAGE.value == "month_ends" else [ends[0], ends[-1]]


def _month_end(day: dt.date) -> dt.date:
    return add_months(day.replace(day=1), 1) - dt.timedelta(days=1)


def _by_unit(question: Question) -> bool:
    return question.by_pdu or bool(question.place.pdus)


def _placed(question: Question, alias: str) -> str:
    return PLACED.format(units=UNITS.format(alias=alias) if _by_unit(question) else "")


def _position(row: Row, points: int) -> Row:
    """Return one row: from records where they are declared complete or there is no return, otherwise from the latest
    return.

    A place about which nobody has reported who is there has no figures and no source: one with only a target, and a unit of
    a region that relies on its return, since its recorded posts are incomplete.
    """
    reported = ("has_records", "is_complete", "has_return", "joiners", "leavers", "qualified")
    is_part = (
        row["pdu"] is not None
        and row["is_returned"]
        and not row["is_complete"]
        and not row["has_return"]
    )
    if is_part or not any(row[name] for name in reported):
        return dict.fromkeys(COLUMNS) | {
            name: row[name] for name in ("region", "pdu", "grade", "target_fte")
        }
    return (
        {name: row[name] for name in ("region", "pdu", "grade")}
        | _in_post(row, points)
        | {
            "qualified_12m": row["qualified"] or 0,
            "learners_per_manager": for_each(row["learners"], row["managers"]),
            "learners_per_pta": for_each(row["learners"], row["ptas"]),
        }
    )


def _in_post(row: Row, points: int) -> Row:
    """Who is in post, by the source that counts. The learners among them are on record: a return that says nothing of them leaves
    them as they are there."""
    records = rests_on_records(row)
    had = "" if records else "v_"
    fte, target = row[f"{had}fte"] or 0, row["target_fte"]
    learners, lost, leavers = (
        row[f"{had}learners_fte"],
        row[f"{had}non_effective_fte"],
        row[f"{had}leavers"],
    )
    learners = (row["learners_fte"] or 0) if learners is None else learners
    lost = (lost or 0) if records else lost
    effective = None if lost is None else fte - lost
    return {
        "target_fte": target,
        "in_post_fte": fte,
        "in_post_headcount": (row["headcount"] or 0) if records else row["v_headcount"],
        "learners_fte": learners,
        "in_post_excluding_learners_fte": fte - learners,
        "non_effective_fte": lost,
        "effective_fte": effective,
        "shortfall_fte": None if target is None else target - fte,
        "vacancy_rate": vacancy(target, fte),
        "effective_vacancy_rate": vacancy(target, effective),
        "joiners_12m": (row["joiners"] or 0) if records else row["v_joiners"],
        "leavers_12m": (leavers or 0) if records else leavers,
        "leaving_rate": leaving_rate(leavers or 0, row["heads"], points) if records else None,
        "source": "records" if records else "return",
        "source_date": None if records else row["v_on"],
    }


def for_each(learners: Any, among: Any) -> float | None:
    """Return the number of learners for each of `among` people; None without learners or without people."""
    return tenths(Fraction(learners) / Fraction(among)) if learners and among else None


def leaving_rate(leavers: int, heads: int | None, points: int) -> float | None:
    """Return leavers as a share of the mean headcount.

    `heads` is the sum of the headcounts on `points` days, so that nothing is rounded on the way.
    """
    return percent(leavers * points, heads)


def vacancy(target: float | None, held: float | None) -> float | None:
    """Return the shortfall as a share of the target, never below 0."""
    return None if target is None or held is None else percent(max(target - held, 0), target)
