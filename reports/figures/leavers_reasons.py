"""What leavers themselves give as reasons, as totals."""

from __future__ import annotations

from reports.figures.asking import Question, Row
from reports.figures.on_programme import standing

ANSWER = """
SELECT r.code AS region, named.code AS reason, count(*)::integer AS named,
    (count(*) FILTER (WHERE named.nth = 1))::integer AS named_first
FROM standing s JOIN said w ON w.enrolment_id = s.enrolment_id
JOIN workforce_region r ON r.id = s.region_id
CROSS JOIN unnest(w.reasons) WITH ORDINALITY AS named (code, nth)
WHERE s.status = 'withdrawn'
GROUP BY r."order", r.code, named.code ORDER BY r."order", r.code, named.code
"""
DRIVERS_NAMED = """
SELECT w.enrolment_id, w.reasons FROM learners_leaverwords w
WHERE w.effective_on <= %(as_at)s AND w.effective_on > (%(as_at)s - interval '12 months')::date AND {known}
"""


def leavers_reasons(question: Question) -> list[Row]:
    """Return a row for each region and driver that leavers named in the 12 months to the day, in this order."""
    return (
        standing(question)
        .define("said", DRIVERS_NAMED.format(known=question.known("w")))
        .rows(ANSWER)
    )
