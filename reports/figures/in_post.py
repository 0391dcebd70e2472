"""Who is in post, what was returned, and what is to be: the relations that positions, forecasts and looks back share.

Each is of one day (`%(as_at)s`), or of each day of a relation `days` (day). Records count where they are declared complete, or
where no return stands (`rests_on_records`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from learners.facts import status
from reports.figures.asking import Query, Question, Row

#: Posts held on the day. Of many days nobody is asked whether they learn.
IN_POST = """
SELECT {key}w.person_id, w.region_id, w.pdu_id, w.grade_id, w.fte{told}
FROM spells w {days} {learning}
WHERE w.effective_on <= {day} AND (w.ended_on IS NULL OR w.ended_on >= {day})
"""
LEARNING = """
SELECT DISTINCT e.person_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status IN ('active', 'deferred')
"""
TARGETS = """
SELECT DISTINCT ON ({key}t.region_id, t.pdu_id, t.grade_id) {key}t.region_id, t.pdu_id, t.grade_id, t.target_fte, t.effective_on
FROM workforce_target t {days} WHERE t.effective_on <= {day} AND {known}
ORDER BY {key}t.region_id, t.pdu_id, t.grade_id, t.effective_on DESC
"""
RETURNS = """
SELECT DISTINCT ON ({key}t.region_id, t.pdu_id, t.grade_id) {key}t.* FROM workforce_staffingreturn t {days}
WHERE t.effective_on <= {day} AND {known} ORDER BY {key}t.region_id, t.pdu_id, t.grade_id, t.effective_on DESC
"""
#: Regions whose posts of a grade are all on record on the day, and since when.
COMPLETE = """
SELECT {key}c.region_id, c.grade_id, c.effective_on FROM workforce_recordscomplete c {days}
WHERE c.effective_on <= {day} AND (c.ended_on IS NULL OR c.ended_on >= {day}) AND {known}
"""
#: A region's own row wins over the sum of its units; a sum of which a part is not known is not known.
WITH_REGIONS = """
SELECT {key}region_id, pdu_id AS unit_id, grade_id, {own} FROM {relation} a WHERE {own_rows}
UNION ALL SELECT {key}region_id, NULL, grade_id, {summed} FROM {relation} a WHERE pdu_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM {relation} b WHERE b.region_id = a.region_id AND b.grade_id = a.grade_id AND b.pdu_id IS NULL{same})
GROUP BY {key}region_id, grade_id
"""
RETURNED = ["fte", "headcount", "learners_fte", "non_effective_fte", "joiners_12m", "leavers_12m"]
ONE_DAY = {"key": "", "days": "", "day": "%(as_at)s", "same": ""}
MANY_DAYS = {
    "key": "d.day, ",
    "days": "CROSS JOIN days d",
    "day": "d.day",
    "same": " AND b.day = a.day",
}


def spells(question: Question) -> str:
    """Every post known at the instant, whenever it was held."""
    return f"SELECT w.* FROM workforce_spell w WHERE {question.known('w')}"


def with_posts(query: Query) -> Query:
    """Add `standing`, `learning`, `spells` and `in_post` of the day to a query."""
    question = query.question
    query.define("standing", status.status_on(question.as_at, question.known_at))
    query.define("spells", spells(question), once=False)
    query.define("learning", LEARNING)
    learns = {
        "told": ", w.function, w.service_start_date, w.post_start_date, l.person_id IS NOT NULL AS is_learner",
        "learning": "LEFT JOIN learning l ON l.person_id = w.person_id",
    }
    return query.define("in_post", IN_POST.format(**ONE_DAY, **learns), once=True)


def with_totals(query: Query, *, by_unit: bool, many: bool = False) -> Query:
    """Add `own_returns`, `complete`, `targets` and `returns`, of regions and (where asked) of their units."""
    question, form = query.question, MANY_DAYS if many else ONE_DAY
    own_rows = "TRUE" if by_unit else "pdu_id IS NULL"
    query.define("own_targets", TARGETS.format(known=question.known("t"), **form))
    query.define("own_returns", RETURNS.format(known=question.known("t"), **form))
    query.define("complete", COMPLETE.format(known=question.known("c"), **form))
    for name, columns in (("targets", ["target_fte"]), ("returns", RETURNED)):
        summed = ", ".join(
            f"CASE WHEN count({column}) = count(*) THEN sum({column}) END" for column in columns
        )
        regions = WITH_REGIONS.format(
            key="a.day, " if many else "",
            same=form["same"],
            own=", ".join([*columns, "effective_on"]),
            summed=f"{summed}, min(effective_on)",
            relation=f"own_{name}",
            own_rows=own_rows,
        )
        query.define(name, regions)
    return query


def rests_on_records(row: Row) -> bool:
    """Whether records count for a row's place and grade, and not the return: `is_complete` and `has_return` say what there is."""
    return bool(row["is_complete"] or not row["has_return"])


#: By day, region and grade: what is on record, what was returned, and the target.
BY_DAY = """
SELECT k.day, r.code AS region, g.code AS grade, p.fte, p.headcount, t.target_fte, v.fte AS v_fte, v.headcount AS v_headcount,
    p.region_id IS NOT NULL AS is_present, v.region_id IS NOT NULL AS has_return, c.region_id IS NOT NULL AS is_complete
FROM (SELECT day, region_id, grade_id FROM present UNION SELECT day, region_id, grade_id FROM targets
    UNION SELECT day, region_id, grade_id FROM returns UNION SELECT day, region_id, grade_id FROM complete) k
JOIN workforce_region r ON r.id = k.region_id JOIN workforce_grade g ON g.id = k.grade_id
LEFT JOIN present p USING (day, region_id, grade_id)
LEFT JOIN targets t USING (day, region_id, grade_id)
LEFT JOIN returns v USING (day, region_id, grade_id)
LEFT JOIN complete c USING (day, region_id, grade_id)
"""
PRESENT = """
SELECT day, region_id, grade_id, sum(fte) AS fte, count(*) AS headcount FROM in_post GROUP BY day, region_id, grade_id
"""


@dataclass(frozen=True)
class Total:
    """A region's posts of a grade on a day, in FTE.

    `fte`: None where nothing says who is in post, so that there is a target alone. `headcount`: None there too, and where a
    return does not say. `on_record`: no return.
    """

    fte: float | None
    headcount: int | None
    target_fte: float | None
    on_record: bool


def totals_on(
    question: Question, days: Iterable[dt.date], *, within: bool = False
) -> dict[tuple[dt.date, str, str], Total]:
    """By day, region and grade (codes), national figures among them: who is in post by the source that counts, and the target.

    `within`: only of the regions asked about; what is said of any other is wrong.
    """
    query = _many_days(question, days, PRESENT, by_unit=False, within=within)
    return {(row["day"], row["region"], row["grade"]): _total(row) for row in query.rows(BY_DAY)}


#: The same of units. A unit without a return of its own has no figures while its region rests on one; where its region has
#: records, nobody on record there is nobody.
BY_UNIT = """
SELECT k.day, u.code AS unit, g.code AS grade, t.target_fte, v.fte AS v_fte, v.headcount AS v_headcount,
    p.fte, p.headcount, p.unit_id IS NOT NULL AS is_present, v.unit_id IS NOT NULL AS has_return,
    c.region_id IS NOT NULL OR v.unit_id IS NULL AND EXISTS (SELECT FROM in_post i WHERE i.day = k.day
        AND i.region_id = u.region_id AND i.grade_id = k.grade_id) AS is_complete,
    v.unit_id IS NULL AND c.region_id IS NULL AND EXISTS (SELECT FROM own_returns o WHERE o.day = k.day
        AND o.region_id = u.region_id AND o.grade_id = k.grade_id AND o.pdu_id IS NULL) AS is_part
FROM (SELECT day, unit_id, grade_id FROM present WHERE unit_id IS NOT NULL
    UNION SELECT day, unit_id, grade_id FROM targets WHERE unit_id IS NOT NULL
    UNION SELECT day, unit_id, grade_id FROM returns WHERE unit_id IS NOT NULL) k
JOIN workforce_pdu u ON u.id = k.unit_id JOIN workforce_grade g ON g.id = k.grade_id
LEFT JOIN present p USING (day, unit_id, grade_id)
LEFT JOIN targets t USING (day, unit_id, grade_id)
LEFT JOIN returns v USING (day, unit_id, grade_id)
LEFT JOIN complete c ON c.day = k.day AND c.region_id = u.region_id AND c.grade_id = k.grade_id
WHERE {within}
"""
PRESENT_IN_UNITS = """
SELECT day, pdu_id AS unit_id, grade_id, sum(fte) AS fte, count(*) AS headcount FROM in_post
WHERE pdu_id IS NOT NULL GROUP BY day, pdu_id, grade_id
"""


def totals_of_units(
    question: Question, days: Iterable[dt.date]
) -> dict[tuple[dt.date, str, str], Total]:
    """By day, unit and grade (codes), the same of the units within the place asked about."""
    within = question.place.condition("k").replace("k.pdu_id", "u.id")
    within = within.replace("k.region_id", "u.region_id")
    rows = _many_days(question, days, PRESENT_IN_UNITS, by_unit=True, within=True).rows(
        BY_UNIT.format(within=within)
    )
    return {
        (row["day"], row["unit"], row["grade"]): Total(None, None, _fte(row["target_fte"]), False)
        if row["is_part"]
        else _total(row)
        for row in rows
    }


#: Posts in the regions asked about, and in those of the units asked about.
IN_THEIR_REGION = """(w.region_id = ANY(%(place_regions)s)
    OR w.region_id IN (SELECT u.region_id FROM workforce_pdu u WHERE u.id = ANY(%(place_pdus)s)))"""
#: Posts held on some day from the first of those asked about to the last.
HELD_BETWEEN = (
    "w.effective_on <= %(last_day)s AND (w.ended_on IS NULL OR w.ended_on >= %(first_day)s)"
)


def _many_days(
    question: Question, days: Iterable[dt.date], present: str, *, by_unit: bool, within: bool
) -> Query:
    """A query with who is in post, what was returned and what is to be on each of the days."""
    query = Query(question)
    query.define("days", "SELECT DISTINCT day FROM unnest(%(days)s::date[]) AS u (day)", once=True)
    ordered = sorted(set(days))
    query.parameters |= {"days": ordered, "first_day": ordered[0], "last_day": ordered[-1]}
    held = f"{spells(question)} AND {HELD_BETWEEN}"
    if within and not question.place.everywhere:
        held += f" AND {IN_THEIR_REGION}"
    query.define("spells", held, once=True)
    query.define("in_post", IN_POST.format(**MANY_DAYS, told="", learning=""))
    query.define("present", present)
    return with_totals(query, by_unit=by_unit, many=True)


def _fte(value: Any) -> float | None:
    return None if value is None else float(value)


def _total(row: Row) -> Total:
    records = rests_on_records(row)
    fte: Any = row["fte" if records else "v_fte"]
    headcount: Any = row["headcount" if records else "v_headcount"]
    if row["is_complete"]:
        fte, headcount = fte or 0, headcount or 0
    return Total(_fte(fte), headcount, _fte(row["target_fte"]), on_record=records)


TARGET_DAYS = """
SELECT DISTINCT t.effective_on FROM workforce_target t WHERE t.effective_on > %(as_at)s AND {known} ORDER BY 1
"""


def target_days(question: Question) -> Sequence[dt.date]:
    """The days after the day asked about from which another target is set already."""
    rows = Query(question).tuples(TARGET_DAYS.format(known=question.known("t")))
    return [day for (day,) in rows]
