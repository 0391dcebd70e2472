"""Facts about enrolments, for many at once, as at a day and as known at an instant.

What is known now stands in `Segment`. For an earlier instant, the few enrolments whose events changed since are worked
out again by the same rule and take the place of theirs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import connection

from learners.actions.derive import STRETCH_COLUMNS, known_timings, timelines
from learners.models import EntryRecord, Event, PathwayTiming
from learners.rules.timeline import BEGINNING
from pqip.core.known import as_known, known_sql

#: One relation of stretches as known at K: what is kept, with the enrolments that changed since worked out again.
#: Parameters: standing_touched (keys), standing_again (JSON rows), or neither where nothing changed.
KEPT = """SELECT s.enrolment_id, {columns} FROM learners_segment s"""
AGAIN = """
    WHERE NOT s.enrolment_id = ANY(%(standing_touched)s)
    UNION ALL
    SELECT enrolment_id, {columns} FROM jsonb_to_recordset(%(standing_again)s::jsonb) AS s (enrolment_id bigint, {typed})"""
TYPES = {
    "from_on": "date", "to_on": "date", "status": "text", "start_date": "date", "region_id": "bigint", "pdu_id": "bigint",
    "pathway_id": "bigint", "cohort_id": "bigint", "fte": "numeric", "planned_end": "date", "extended_to": "date",
    "expected_return": "date", "assessment_opens": "date", "deferred_days": "integer", "window_days_deferred": "integer",
}
STANDING = """
SELECT s.enrolment_id, s.from_on, s.to_on, s.status, s.start_date, s.region_id, s.pdu_id, s.pathway_id, s.cohort_id, s.fte,
    s.expected_return, greatest(s.planned_end + p.days, s.extended_to) AS planned_end,
    s.assessment_opens + CASE WHEN s.assessment_opens > s.from_on THEN p.days ELSE 0 END AS assessment_opens,
    s.deferred_days + p.days AS deferred_days,
    s.window_days_deferred + CASE WHEN s.assessment_opens <= s.from_on THEN p.days ELSE 0 END AS window_days_deferred
FROM ({stretches}) AS s
CROSS JOIN LATERAL (SELECT CASE WHEN s.status = 'deferred' THEN %(as_at)s::date - s.from_on ELSE 0 END AS days) AS p
WHERE s.from_on <= %(as_at)s AND (s.to_on IS NULL OR s.to_on > %(as_at)s)
"""
#: Whole units expected of `units` by the day, from a row of `standing` named s.
UNITS_EXPECTED = """
CASE WHEN s.assessment_opens IS NULL OR s.planned_end IS NULL OR %(as_at)s::date <= s.assessment_opens THEN 0
    WHEN s.planned_end - s.assessment_opens - s.window_days_deferred <= 0 THEN {units}
    ELSE least({units}, {units} * greatest(least(%(as_at)s::date, s.planned_end) - s.assessment_opens - s.window_days_deferred, 0)
        / (s.planned_end - s.assessment_opens - s.window_days_deferred)) END
"""


UNITS_OF_EACH = """
WITH wanted AS (SELECT * FROM unnest(%(keys)s::bigint[], %(units)s::int[]) AS u (enrolment_id, units)), standing AS ({standing})
SELECT s.enrolment_id, {expected} FROM standing s JOIN wanted u USING (enrolment_id)
"""


def stretches(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of every enrolment's stretches as known then, and its parameters."""
    columns = ", ".join(f"s.{column}" for column in STRETCH_COLUMNS)
    touched = changed_since(known_at)
    if not touched:
        return KEPT.format(columns=columns), {}
    typed = ", ".join(f"{column} {TYPES[column]}" for column in STRETCH_COLUMNS)
    again = [
        {"enrolment_id": key, **asdict(part)}
        for key, parts in timelines(Event.objects.known_at(known_at).filter(enrolment_id__in=touched), known_timings(known_at))
        for part in parts
    ]
    parameters = {"standing_touched": touched, "standing_again": json.dumps(again, default=str)}
    return (KEPT + AGAIN).format(columns=columns, typed=typed), parameters


def standing(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of where every enrolment stands on a day, with its dates as at that day, and its parameters.

    Columns: enrolment_id, from_on, to_on, status, start_date, region_id, pdu_id, pathway_id, cohort_id, fte,
    expected_return, planned_end, assessment_opens, deferred_days, window_days_deferred.
    """
    inner, parameters = stretches(known_at)
    return STANDING.format(stretches=inner), {**parameters, "as_at": as_at}


def units_expected(units: Mapping[int, int], as_at: dt.date) -> dict[int, int]:
    """Whole units expected by a day of each enrolment, given how many units it has in all; as known now."""
    inner, parameters = standing(as_at, None)
    sql = UNITS_OF_EACH.format(standing=inner, expected=UNITS_EXPECTED.format(units="u.units"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters, "keys": list(units), "units": list(units.values())})
        return dict(cursor.fetchall())


def entries(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of what each learner came with, as known then: enrolment_id, entry_route, level5_held, modules_held, campaign_id."""
    return as_known(EntryRecord, known_at)


def changed_since(known_at: dt.datetime | None) -> list[int]:
    """Enrolments whose timeline may have been another at that instant: events or their pathway's timing changed since."""
    if known_at is None:
        return []
    events = Event.objects.changed_after(known_at)
    if PathwayTiming.objects.changed_after(known_at).exists():
        events = Event.objects.all()
    return list(events.values_list("enrolment_id", flat=True).distinct())


#: On record, by what somebody came with or by any event, while nothing states the first terms.
LEFT_OUT = """
SELECT e.id FROM learners_enrolment e WHERE (e.region_id IS NULL OR e.id = ANY(%(touched)s))
    AND NOT EXISTS (SELECT FROM learners_event v WHERE v.enrolment_id = e.id AND v.kind = 'enrolled' AND {known_v})
    AND (EXISTS (SELECT FROM learners_event v WHERE v.enrolment_id = e.id AND {known_v})
        OR EXISTS (SELECT FROM learners_entryrecord r WHERE r.enrolment_id = e.id AND {known_r}))
ORDER BY e.id
"""


def left_out(known_at: dt.datetime | None) -> list[int]:
    """Enrolments that no report counts, as known then: nothing on record states where and on which pathway they began."""
    parameters = {"touched": changed_since(known_at), "known_at": known_at}
    sql = LEFT_OUT.format(known_v=known_sql("v", known_at), known_r=known_sql("r", known_at))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [key for (key,) in cursor.fetchall()]


__all__ = ["BEGINNING", "UNITS_EXPECTED", "changed_since", "entries", "left_out", "standing", "stretches", "units_expected"]
