"""Countersigning: what assessors decided in the month, what was agreed and returned, and what waits."""

from __future__ import annotations

from assessments.facts import progress as assessed
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import percent, tenths
from reports.figures.on_programme import standing
from reports.figures.settings import RATE_LEAST
from workforce.facts import people

DEEDS = """
SELECT assessor_id, 'decided' AS what, NULL::integer AS days FROM decisions
UNION ALL SELECT assessor_id, outcome, days FROM outcomes
UNION ALL SELECT assessor_id, 'waits', days FROM waiting WHERE kind = 'countersignature'
UNION ALL SELECT c.assessor_id, 'candidate', NULL FROM caseload c
    WHERE EXISTS (SELECT FROM learners_enrolment e JOIN standing s ON s.enrolment_id = e.id
        WHERE e.person_id = c.person_id AND s.status IN ('active', 'deferred'))
"""
#: The place where an assessor worked on the day or last worked before it; without a post, the place on their record.
POSTED = """
SELECT p.person_id AS assessor_id, p.staff_number, p.first_name || ' ' || p.last_name AS name,
    coalesce(w.region_id, o.region_id) AS region_id, CASE WHEN w.region_id IS NULL THEN o.pdu_id ELSE w.pdu_id END AS pdu_id
FROM people p LEFT JOIN workforce_person o ON o.id = p.person_id AND {unposted}
LEFT JOIN ({listed}) w ON w.person_id = p.person_id
WHERE p.person_id IN (SELECT assessor_id FROM deeds)
"""
COUNTED = """
SELECT {keys},
    count(*) FILTER (WHERE what = 'candidate')::integer AS caseload, count(*) FILTER (WHERE what =
        'decided')::integer AS decisions,
    count(*) FILTER (WHERE what = 'waits')::integer AS awaiting_countersignature,
    count(*) FILTER (WHERE what = 'agreed')::integer AS agreed, count(*) FILTER (WHERE what = 'returned')::integer AS returned,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
        FILTER (WHERE what IN ('agreed', 'returned', 'disagreed')) AS median_days_to_countersign,
    max(days) FILTER (WHERE what = 'waits') AS oldest_waiting_days
FROM deeds d JOIN posted a USING (assessor_id) LEFT JOIN workforce_region r ON r.id = a.region_id
LEFT JOIN assessors q ON q.person_id = d.assessor_id
WHERE {within} GROUP BY {group} ORDER BY r."order", r.code, {order}
"""
BY_ASSESSOR = {
    "keys": """r.code AS region, a.staff_number AS assessor, a.name AS assessor_name, a.assessor_id,
    coalesce(q.status, 'trainee') AS assessor_status""",
    "group": 'r."order", r.code, a.staff_number, a.name, a.assessor_id, q.status',
    "order": "a.staff_number",
}
BY_REGION = {
    "keys": "r.code AS region, NULL AS assessor, NULL AS assessor_status",
    "group": 'r."order", r.code',
    "order": "1",
}


def countersigning(question: Question) -> list[Row]:
    """Return a row for each region and assessor, in this order, for assessors who may be named.

    A user who may name no assessor gets one row for each region instead.
    """
    query = _deeds(question)
    within = question.place.condition("a")
    if question.assessors is None:
        return [_rated(row) for row in query.rows(COUNTED.format(within=within, **BY_ASSESSOR))]
    if not question.assessors:
        return [_rated(row) for row in query.rows(COUNTED.format(within=within, **BY_REGION))]
    query.parameters["assessors"] = sorted(question.assessors)
    named = f"{within} AND a.assessor_id = ANY(%(assessors)s)"
    return [_rated(row) for row in query.rows(COUNTED.format(within=named, **BY_ASSESSOR))]


def _deeds(question: Question) -> Query:
    day, known_at = question.as_at, question.known_at
    query = standing(Question(day, known_at))  # an assessor's candidates may be in other places
    query.parameters |= question.parameters
    query.define("decisions", assessed.decisions(question.month_first, day, known_at))
    query.define("outcomes", assessed.outcomes(question.month_first, day, known_at))
    query.define("waiting", assessed.waiting(day, known_at))
    query.define("caseload", assessed.caseload(day, known_at))
    query.define("assessors", assessed.assessors(day, known_at))
    query.define("deeds", DEEDS, once=True)
    query.define("people", people.people(known_at), once=False)
    return query.define(
        "posted",
        POSTED.format(
            listed=people.listed(known_at, "SELECT assessor_id FROM deeds"),
            unposted=people.UNPOSTED,
        ),
    )


def _rated(row: Row) -> Row:
    enough = row["decisions"] >= int(RATE_LEAST.value)
    rate = percent(row["returned"], row["agreed"] + row["returned"]) if enough else None
    return row | {
        "return_rate": rate,
        "median_days_to_countersign": tenths(row["median_days_to_countersign"]),
    }
