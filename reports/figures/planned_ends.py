"""Learners on the programme by the quarter of their planned end, as it stands on the day."""

from __future__ import annotations

import datetime as dt

from reports.figures.asking import Question
from reports.figures.on_programme import standing

ENDS = """
SELECT CASE WHEN s.planned_end < %(as_at)s THEN NULL ELSE date_trunc('quarter', s.planned_end)::date END AS quarter,
    s.planned_end IS NULL AS is_unknown, count(*)
FROM standing s WHERE s.status IN ('active', 'deferred') GROUP BY 1, 2 ORDER BY 1
"""
PASSED, UNKNOWN = "passed", "unknown"


def planned_ends(question: Question) -> dict[dt.date | str, int]:
    """People on the programme by the first day of the quarter; and those whose planned end has passed, or is not known."""
    rows = standing(question).tuples(ENDS)
    return {
        UNKNOWN if is_unknown else quarter or PASSED: people for quarter, is_unknown, people in rows
    }
