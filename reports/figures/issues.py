"""The month's issues: learners for whom something waits on the day, by region, with the age of the oldest in days."""

from __future__ import annotations

from reports.figures.asking import Question, Row
from reports.figures.on_programme import standing, with_progress

#: In the order shown: code, condition on `progress` (and `waiting_for` as w), and the days it has lasted.
ISSUES = [
    ("no_pta", "no_pta", "NULL"),
    ("pta_absent", "pta_absent", "NULL"),
    ("decision_overdue", "w.decision_overdue > 0", "w.decision_days"),
    ("countersignature_overdue", "w.countersignature_overdue > 0", "w.countersignature_days"),
    ("awaiting_signoff", "awaiting_signoff", "NULL"),
    ("training_not_booked", "training_not_booked", "NULL"),
    ("module_overdue", "module_overdue", "module_days_overdue"),
    ("last_attempt_failed", "failed_last_attempt", "NULL"),
    ("fourth_module_late", "fourth_late", "NULL"),
    ("result_not_recorded", "result_not_recorded", "days_unrecorded"),
    ("return_overdue", "return_overdue", "%(as_at)s::date - expected_return"),
    ("planned_end_passed", "end_passed", "%(as_at)s::date - planned_end"),
    ("planned_end_unknown", "planned_end IS NULL", "NULL"),
]
ONE = """
SELECT {order} AS nth, '{code}' AS issue, region_id, count(*)::integer AS count, max({days})::integer AS oldest_days
FROM progress LEFT JOIN waiting_for w USING (registration_id) WHERE {condition} GROUP BY region_id
"""
ANSWER = """
SELECT r.code AS region, i.issue, i.count, i.oldest_days FROM issues i JOIN workforce_region r ON r.id = i.region_id
ORDER BY r."order", r.code, i.nth
"""


def issues(question: Question) -> list[Row]:
    """Return a row for each region and issue: the number of learners, and the days of the oldest, where known."""
    query = with_progress(standing(question))
    parts = (
        ONE.format(order=nth, code=code, condition=where, days=days)
        for nth, (code, where, days) in enumerate(ISSUES)
    )
    query.define("issues", " UNION ALL ".join(parts))
    return query.rows(ANSWER)
