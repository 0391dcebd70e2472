"""Study and VQ days of learners: planned, taken and lost, by the region they were in on the day."""

from __future__ import annotations

from learners.facts import status
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import percent

#: Each day with the learner's place on it; where a person has several enrolments, of the one that began last. Computed for
#: all at once, since intervals as known at an earlier instant have no index.
DAYS = """
SELECT DISTINCT ON (d.id) d.kind, d.taken,
    CASE WHEN d.taken IS FALSE THEN coalesce(nullif(d.reason_lost, ''), 'not_recorded') ELSE '' END AS reason,
    s.region_id, s.pdu_id
FROM learners_protectedday d
JOIN learners_enrolment e ON e.person_id = d.person_id
JOIN stretches s ON s.enrolment_id = e.id AND s.from_on <= d.effective_on AND (s.to_on IS NULL OR s.to_on > d.effective_on)
WHERE d.effective_on <= %(as_at)s AND {known}
ORDER BY d.id, s.start_date DESC NULLS LAST, s.enrolment_id DESC
"""
#: The share lost for a reason is of all days of that kind planned in the region, so that the shares of a kind add up.
COUNTED = """
SELECT g.code AS region, s.kind, s.reason, count(*) AS planned, count(*) FILTER (WHERE s.taken) AS taken,
    count(*) FILTER (WHERE s.taken IS FALSE) AS lost, sum(count(*)) OVER (PARTITION BY g.code, s.kind) AS of_kind
FROM days s JOIN workforce_region g ON g.id = s.region_id WHERE {place}
GROUP BY g.code, g."order", s.kind, s.reason ORDER BY g."order", g.code, s.kind, s.reason
"""


def protected_time(question: Question) -> list[Row]:
    """Return a row for each region, kind and reason; the reason is blank for days that were not lost."""
    query = Query(question)
    query.define("stretches", status.stretches(question.known_at))
    query.define("days", DAYS.format(known=question.known("d")))
    rows = query.rows(COUNTED.format(place=question.place.condition("s")))
    return [row | {"lost_percent": percent(row["lost"], row.pop("of_kind"))} for row in rows]
