"""Posts, people in post and the gap, by region and grade; from records, or from returns where there are none."""

from __future__ import annotations

import datetime as dt

from learners import facts
from learners.rules.dates import add_months
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import percent
from reports.figures.settings import ABSENCE_DAYS, LEAVING_AVERAGE

#: Posts held on the day; `unit` names each row's places: the whole region (0), and each of its units where asked.
IN_POST = """
SELECT w.person_id, w.region_id, w.pdu_id, w.grade_id, w.fte, l.person_id IS NOT NULL AS is_learner
FROM spells w LEFT JOIN learning l ON l.person_id = w.person_id
WHERE w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s)
"""
LEARNING = """
SELECT DISTINCT e.person_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status IN ('active', 'deferred')
"""
#: What is lost of each person's hours on the day: the whole after a long absence, else the sum of reductions in force.
LOST = """
SELECT b.person_id, bool_or(b.kind <> 'reduced_hours' AND %(as_at)s::date - b.effective_on + 1 >= %(absence_days)s) AS whole,
    sum(coalesce(b.fte_lost, 0)) AS fte
FROM workforce_absence b
WHERE b.effective_on <= %(as_at)s AND (b.ended_on IS NULL OR b.ended_on >= %(as_at)s) AND {known}
GROUP BY b.person_id
"""
#: Each place a post counts for: its region, and its unit where units are asked for.
PLACED = "CROSS JOIN LATERAL (SELECT NULL::bigint AS unit_id {units}) u"
UNITS = "UNION ALL SELECT {alias}.pdu_id WHERE {alias}.pdu_id IS NOT NULL"
PRESENT = """
SELECT i.region_id, u.unit_id, i.grade_id, sum(i.fte) AS fte, count(*) AS headcount,
    coalesce(sum(i.fte) FILTER (WHERE i.is_learner), 0) AS learners_fte,
    coalesce(sum(CASE WHEN l.whole THEN i.fte WHEN i.is_learner THEN 0 ELSE least(i.fte, coalesce(l.fte, 0)) END), 0)
        AS non_effective_fte
FROM in_post i LEFT JOIN lost l ON l.person_id = i.person_id {placed} GROUP BY i.region_id, u.unit_id, i.grade_id
"""
#: Permanent staff who came from outside, or left without moving to another post, in the twelve months to the day.
JOINED = """
SELECT w.region_id, u.unit_id, w.grade_id, count(*) AS joiners FROM spells w {placed}
WHERE w.contract = 'permanent' AND w.effective_on > %(year_before)s AND w.effective_on <= %(as_at)s
    AND NOT EXISTS (SELECT FROM spells o WHERE o.person_id = w.person_id AND o.ended_on = w.effective_on - 1)
GROUP BY w.region_id, u.unit_id, w.grade_id
"""
LEFT = """
SELECT w.region_id, u.unit_id, w.grade_id, count(*) AS leavers FROM spells w {placed}
WHERE w.contract = 'permanent' AND w.ended_on >= %(year_before)s AND w.ended_on < %(as_at)s
    AND lower(w.leave_reason || ' ' || w.destination) NOT LIKE '%%transfer%%'
    AND NOT EXISTS (SELECT FROM spells o WHERE o.person_id = w.person_id AND o.effective_on = w.ended_on + 1)
GROUP BY w.region_id, u.unit_id, w.grade_id
"""
AVERAGE = """
SELECT w.region_id, u.unit_id, w.grade_id, sum(w.headcount)::bigint AS heads FROM (
    SELECT w.region_id, w.pdu_id, w.grade_id, sum((
        SELECT count(*) FROM unnest(%(month_ends)s::date[]) AS d (day)
        WHERE w.effective_on <= d.day AND (w.ended_on IS NULL OR w.ended_on >= d.day)
    )) AS headcount
    FROM spells w
    WHERE w.contract = 'permanent' AND w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(year_before)s)
    GROUP BY w.region_id, w.pdu_id, w.grade_id
) w {placed} GROUP BY w.region_id, u.unit_id, w.grade_id
"""
TARGETS = """
SELECT DISTINCT ON (t.region_id, t.pdu_id, t.grade_id) t.region_id, t.pdu_id, t.grade_id, t.target_fte
FROM workforce_target t WHERE t.effective_on <= %(as_at)s AND {known}
ORDER BY t.region_id, t.pdu_id, t.grade_id, t.effective_on DESC
"""
RETURNS = """
SELECT DISTINCT ON (t.region_id, t.pdu_id, t.grade_id) t.* FROM workforce_staffingreturn t
WHERE t.effective_on <= %(as_at)s AND {known} ORDER BY t.region_id, t.pdu_id, t.grade_id, t.effective_on DESC
"""
#: A region's own row wins over the sum of its units; a sum of which a part is not known is not known.
WITH_REGIONS = """
SELECT region_id, pdu_id AS unit_id, grade_id, {own} FROM {relation} WHERE {own_rows}
UNION ALL SELECT region_id, NULL, grade_id, {summed} FROM {relation} a WHERE pdu_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM {relation} b WHERE b.region_id = a.region_id AND b.grade_id = a.grade_id AND b.pdu_id IS NULL)
GROUP BY region_id, grade_id
"""
RETURNED = ["fte", "headcount", "learners_fte", "non_effective_fte", "joiners_12m", "leavers_12m"]
PLACES = """
SELECT region_id, unit_id, grade_id FROM targets UNION SELECT region_id, unit_id, grade_id FROM present
UNION SELECT region_id, unit_id, grade_id FROM returns UNION SELECT region_id, unit_id, grade_id FROM joined
UNION SELECT region_id, unit_id, grade_id FROM leavers
"""
ANSWER = """
SELECT r.code AS region, d.code AS pdu, g.code AS grade, t.target_fte, h.region_id IS NOT NULL AS has_records,
    p.fte, p.headcount, p.learners_fte, p.non_effective_fte, j.joiners, l.leavers, a.heads,
    v.fte AS v_fte, v.headcount AS v_headcount, v.learners_fte AS v_learners_fte, v.non_effective_fte AS v_non_effective_fte,
    v.joiners_12m AS v_joiners, v.leavers_12m AS v_leavers, v.region_id IS NOT NULL AS has_return
FROM places k JOIN workforce_region r ON r.id = k.region_id JOIN workforce_grade g ON g.id = k.grade_id
LEFT JOIN workforce_pdu d ON d.id = k.unit_id
LEFT JOIN (SELECT DISTINCT region_id, grade_id FROM in_post) h ON h.region_id = k.region_id AND h.grade_id = k.grade_id
{joined}
WHERE {within} ORDER BY r.code = 'NAT', r."order", r.code, d.code NULLS FIRST, g."order", g.code
"""
COLUMNS = [
    "region", "pdu", "grade", "target_fte", "in_post_fte", "in_post_headcount", "learners_fte", "in_post_excluding_learners_fte",
    "non_effective_fte", "effective_fte", "shortfall_fte", "vacancy_rate", "effective_vacancy_rate", "joiners_12m", "leavers_12m",
    "leaving_rate", "source",
]
PARTS = {"t": "targets", "p": "present", "j": "joined", "l": "leavers", "a": "average", "v": "returns"}


def workforce_position(question: Question) -> list[Row]:
    """A row for each region and grade (and unit, with `by_pdu`: a blank unit is the whole region), ordered so.

    National figures, where there are any, come last and are never summed with regions.
    """
    query = _people(question)
    _movements(query)
    _totals(query)
    query.define("places", PLACES)
    joined = "\n".join(
        f"LEFT JOIN {name} {alias} ON {alias}.region_id = k.region_id AND {alias}.grade_id = k.grade_id"
        f" AND {alias}.unit_id IS NOT DISTINCT FROM k.unit_id"
        for alias, name in PARTS.items()
    )
    within = question.place.condition("k").replace("k.pdu_id", "k.unit_id")
    points = len(averaged(question.as_at))
    return [_position(row, points) for row in query.rows(ANSWER.format(joined=joined, within=within))]


def _people(question: Question) -> Query:
    query = Query(question)
    query.parameters |= {"absence_days": ABSENCE_DAYS.value, "year_before": add_months(question.as_at, -12)}
    query.define("standing", facts.standing(question.as_at, question.known_at))
    query.define("spells", f"SELECT w.* FROM workforce_spell w WHERE {question.known('w')}", once=False)
    query.define("learning", LEARNING)
    query.define("in_post", IN_POST, once=True)
    query.define("lost", LOST.format(known=question.known("b")))
    return query.define("present", PRESENT.format(placed=_placed(question, "i")))


def _movements(query: Query) -> None:
    question = query.question
    ends = averaged(question.as_at)
    query.parameters |= {"month_ends": ends}
    for name, sql in (("joined", JOINED), ("leavers", LEFT), ("average", AVERAGE)):
        query.define(name, sql.format(placed=_placed(question, "w")))


def _totals(query: Query) -> None:
    """Targets and returns, of regions and (where asked) of their units."""
    question = query.question
    own_rows = "TRUE" if _by_unit(question) else "pdu_id IS NULL"
    query.define("own_targets", TARGETS.format(known=question.known("t")))
    query.define("own_returns", RETURNS.format(known=question.known("t")))
    for name, columns in (("targets", ["target_fte"]), ("returns", RETURNED)):
        summed = ", ".join(f"CASE WHEN count({column}) = count(*) THEN sum({column}) END" for column in columns)
        query.define(name, WITH_REGIONS.format(own=", ".join(columns), summed=summed, relation=f"own_{name}", own_rows=own_rows))


def averaged(as_at: dt.date) -> list[dt.date]:
    """The days over which headcount is averaged: 13 month ends from twelve months before, or the first and the last."""
    is_end = (as_at + dt.timedelta(days=1)).day == 1
    ends = [_month_end(add_months(as_at, -back)) if is_end else add_months(as_at, -back) for back in range(12, -1, -1)]
    return ends if LEAVING_AVERAGE.value == "month_ends" else [ends[0], ends[-1]]


def _month_end(day: dt.date) -> dt.date:
    return add_months(day.replace(day=1), 1) - dt.timedelta(days=1)


def _by_unit(question: Question) -> bool:
    return question.by_pdu or bool(question.place.pdus)


def _placed(question: Question, alias: str) -> str:
    return PLACED.format(units=UNITS.format(alias=alias) if _by_unit(question) else "")


def _position(row: Row, points: int) -> Row:
    """One row from records where the region has anybody of the grade in post, else from the latest return.

    A place with a target alone, of which nobody has said who is there, has no figures and no source.
    """
    if not (row["has_records"] or row["has_return"] or row["joiners"] or row["leavers"]):
        return dict.fromkeys(COLUMNS) | {name: row[name] for name in ("region", "pdu", "grade", "target_fte")}
    records = row["has_records"] or not row["has_return"]
    had = "" if records else "v_"
    fte, target = row[f"{had}fte"] or 0, row["target_fte"]
    learners, lost = row[f"{had}learners_fte"], row[f"{had}non_effective_fte"]
    if records:
        learners, lost = learners or 0, lost or 0
    effective = None if lost is None else fte - lost
    leavers = row[f"{had}leavers"]
    return {
        "region": row["region"], "pdu": row["pdu"], "grade": row["grade"], "target_fte": target, "in_post_fte": fte,
        "in_post_headcount": (row["headcount"] or 0) if records else row["v_headcount"], "learners_fte": learners,
        "in_post_excluding_learners_fte": None if learners is None else fte - learners, "non_effective_fte": lost,
        "effective_fte": effective, "shortfall_fte": None if target is None else target - fte,
        "vacancy_rate": _gap(target, fte), "effective_vacancy_rate": _gap(target, effective),
        "joiners_12m": (row["joiners"] or 0) if records else row["v_joiners"],
        "leavers_12m": (leavers or 0) if records else leavers,
        "leaving_rate": _leaving_rate(leavers or 0, row["heads"], points) if records else None,
        "source": "records" if records else "return",
    }


def _leaving_rate(leavers: int, heads: int | None, points: int) -> float | None:
    """Leavers as a share of mean headcount, from the headcounts' sum over so many days, so that nothing is rounded before."""
    return percent(leavers * points, heads)


def _gap(target: float | None, held: float | None) -> float | None:
    """The shortfall as a share of the target, never below 0."""
    return None if target is None or held is None else percent(max(target - held, 0), target)
