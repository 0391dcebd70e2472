"""Withdrawals by quarter, with the one reason that counts and the destination."""

from __future__ import annotations

from dataclasses import replace

from reports.figures.asking import PlaceFilter, Question, Row
from reports.figures.on_programme import standing

ANSWER = """
SELECT to_char(s.from_on, 'YYYY-"Q"Q') AS quarter, r.code AS region, p.code AS pathway,
    coalesce(nullif(w.reason, ''), 'not_recorded') AS reason, coalesce(nullif(w.destination, ''), 'unknown') AS destination,
    count(*)::integer AS withdrawn,
    count(*) FILTER (WHERE w.exit_interview_offered_on <= %(as_at)s)::integer AS interview_offered,
    count(*) FILTER (WHERE w.exit_interview_held_on <= %(as_at)s)::integer AS interview_held
FROM standing s JOIN left_programme w ON w.enrolment_id = s.enrolment_id
JOIN workforce_region r ON r.id = s.region_id JOIN learners_pathway p ON p.id = s.pathway_id
WHERE s.status = 'withdrawn'
GROUP BY quarter, r."order", r.code, p."order", p.code, 4, 5
ORDER BY quarter, r."order", r.code, p."order", p.code, reason, destination
"""
LEFT = """
SELECT w.* FROM learners_event w WHERE w.kind = 'withdrawn' AND w.effective_on <= %(as_at)s AND {known}
"""


def withdrawals(question: Question) -> list[Row]:
    """Return a row for each quarter, region, pathway, reason and destination, in this order."""
    query = standing(question).define("left_programme", LEFT.format(known=question.known("w")))
    return query.rows(ANSWER)


def withdrawn_by_quarter(question: Question) -> dict[tuple[str, str], int]:
    """Return how many withdrew in each quarter of each region, in every region, whichever place is asked about."""
    found: dict[tuple[str, str], int] = {}
    for row in withdrawals(replace(question, place=PlaceFilter())):
        block = row["quarter"], row["region"]
        found[block] = found.get(block, 0) + row["withdrawn"]
    return found
