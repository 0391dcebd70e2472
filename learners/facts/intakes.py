"""Planned intakes and who came of them, for many at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from learners.facts import status
from pqip.core.known import known_sql

PLANNED = """
SELECT i.cohort_id, i.region_id, i.pathway_id, i.effective_on AS starts_on, i.places
FROM learners_plannedintake i WHERE {known}
"""
#: Whoever started, by the terms of their start; whoever is due to start, by those of the day, and the first day they are due.
CAME = """
SELECT t.cohort_id, t.region_id, t.pathway_id,
    count(*) FILTER (WHERE t.status <> 'due_to_start') AS started,
    count(*) FILTER (WHERE t.status = 'due_to_start') AS due_to_start,
    min(t.start_date) FILTER (WHERE t.status = 'due_to_start') AS due_on
FROM ({stretches}) t
WHERE (t.status = 'due_to_start' AND t.from_on <= %(as_at)s AND (t.to_on IS NULL OR t.to_on > %(as_at)s))
    OR (t.status IN ('active', 'deferred', 'completed', 'withdrawn') AND t.from_on = t.start_date AND t.start_date <= %(as_at)s)
GROUP BY 1, 2, 3
"""


OF_COHORTS = """
SELECT c.cohort_id, c.region_id, c.pathway_id, c.started, c.due_to_start FROM ({came}) c WHERE c.cohort_id = ANY(%(cohorts)s)
"""


def planned(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of every intake planned as known then, begun or to come, and its parameters.

    Columns: cohort_id, region_id, pathway_id, starts_on, places.
    """
    parameters = {} if known_at is None else {"known_at": known_at}
    return PLANNED.format(known=known_sql("i", known_at)), parameters


def came(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of who has come of intakes by the day, planned or not, and its parameters.

    Columns: cohort_id, region_id, pathway_id, started, due_to_start, due_on (the first of their days; none where nobody is due).
    """
    inner, parameters = status.stretches(known_at)
    return CAME.format(stretches=inner), {**parameters, "as_at": as_at}


def come(cohorts: list[int], as_at: dt.date) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Of these cohorts, by cohort, region and pathway: how many have started by the day and are due to start; as known now."""
    inner, parameters = came(as_at, None)
    with connection.cursor() as cursor:
        cursor.execute(OF_COHORTS.format(came=inner), {**parameters, "cohorts": cohorts})
        return {
            (cohort, region, pathway): (started, due)
            for cohort, region, pathway, started, due in cursor.fetchall()
        }
