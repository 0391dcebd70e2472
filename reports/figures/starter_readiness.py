"""How ready the starters of the next 8 weeks are, by region and intake."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from learners.facts.starting import Readiness, readiness
from learners.models.starting import Arrangement
from learners.queries.needs import STARTERS_DAYS
from learners.rules.starting import AGREED, DONE
from reports.figures.asking import Question, Row
from reports.figures.numbers import tenths
from reports.figures.on_programme import standing

STARTERS = """
SELECT s.enrolment_id, s.start_date, g.code AS region, c.code AS cohort
FROM standing s LEFT JOIN workforce_region g ON g.id = s.region_id LEFT JOIN learners_cohort c ON c.id = s.cohort_id
WHERE s.status = 'due_to_start' AND s.start_date BETWEEN %(as_at)s AND %(as_at)s + %(starters_days)s
ORDER BY g."order", g.code, c.code, s.enrolment_id
"""
#: Column → the arrangement of which nothing may be left to do.
FINISHED = {
    "pathway_told": Arrangement.PATHWAY_TOLD,
    "office_told": Arrangement.OFFICE,
    "vetting_complete": Arrangement.VETTING,
    "equipment_ready": Arrangement.EQUIPMENT,
}
#: Column → the state of the adjustments of a starter who needs any.
ADJUSTED = {"adjustments_agreed": {AGREED, DONE}, "adjustments_in_place": {DONE}}


def starter_readiness(question: Question) -> list[Row]:
    """Return a row for each region and cohort with somebody due to start in the next 8 weeks, ordered by region and cohort."""
    query = standing(question)
    query.parameters["starters_days"] = STARTERS_DAYS
    starters = query.rows(STARTERS)
    ready = readiness([row["enrolment_id"] for row in starters], question.as_at, question.known_at)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in starters:
        groups.setdefault((row["region"], row["cohort"]), []).append(row)
    return [
        {"region": region, "cohort": cohort} | _counted(rows, ready)
        for (region, cohort), rows in groups.items()
    ]


def _counted(rows: Sequence[Row], ready: dict[int, Readiness]) -> Row:
    of_each = [ready[row["enrolment_id"]].states for row in rows]
    found: Row = {"starters_next_8_weeks": len(rows)}
    found |= {
        name: sum(each[arrangement].is_finished for each in of_each)
        for name, arrangement in FINISHED.items()
    }
    found |= {
        name: sum(each[Arrangement.ADJUSTMENTS].state in states for each in of_each)
        for name, states in ADJUSTED.items()
    }
    due = [
        (row["start_date"], each[Arrangement.PATHWAY_TOLD])
        for row, each in zip(rows, of_each, strict=True)
    ]
    notice = [(start - each.since).days for start, each in due if each.is_finished]
    return found | {"median_days_notice": tenths(median(notice)) if notice else None}
