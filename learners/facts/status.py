"""Facts about enrolments, for many at once, as at a day and as known at an instant.

What is known now is stored in `Segment`. For an earlier instant the segments are read as they were
known then (`pqip/core/then.py`). For the few enrolments where that is not enough, they are worked
out again by the same rule.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import connection

from learners.facts.timelines import STRETCH_COLUMNS, known_timings, timelines
from learners.models import EntryRecord, Event, PathwayTiming, Segment
from learners.rules.timeline import BEGINNING
from pqip.core.known import as_known, known_sql
from pqip.core.snapshot import once_a_snapshot
from pqip.core.then import Source, Then, then

#: One relation of the stretches as known at K: stored segments of enrolments whose first terms were
#: known then, and segments that were worked out again. Both have the same column types; otherwise
#: the planner would push conditions into neither.
KEPT = """SELECT s.enrolment_id, {columns} FROM learners_segment s"""
WAS_KNOWN = """EXISTS (SELECT FROM learners_event k
    WHERE k.enrolment_id = {key} AND k.kind = 'enrolled' AND k.recorded_at <= %(known_at)s)"""
AGAIN = """
    WHERE {kept} AND {known}
    UNION ALL
    SELECT s.enrolment_id, {columns} FROM jsonb_populate_recordset(NULL::public.learners_segment, %(standing_again)s::jsonb) s"""
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
#: The number of whole units, of `units` in all, expected by the day, from a row of `standing` with
#: the alias s.
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


#: Who starts, and the first terms, affect every day: the first stretch has no beginning.
EVENTS = Source(Event, "f.enrolment_id", of_every_day="f.kind IN ('enrolled', 'started')")


@once_a_snapshot
def stretches(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of every enrolment's stretches as known at an instant, and its parameters."""
    columns = ", ".join(f"s.{column}" for column in STRETCH_COLUMNS)
    then = _then(known_at)
    if then is None:
        return KEPT.format(columns=columns), {}
    again = [
        {"enrolment_id": key, **asdict(part)}
        for key, parts in timelines(
            Event.objects.known_at(known_at).filter(enrolment_id__in=then.odd),
            known_timings(known_at),
        )
        for part in parts
    ]
    named, key = "status_on", "s.enrolment_id"
    kept = KEPT.format(
        columns=columns.replace("s.to_on", f"{then.ended(named, key, 's.to_on')} AS to_on", 1)
    )
    more = AGAIN.format(
        kept=then.kept(named, key, "s.from_on"), known=WAS_KNOWN.format(key=key), columns=columns
    )
    again_rows = {"standing_again": json.dumps(again, default=str), "known_at": known_at}
    return kept + more, {**then.parameters(named), **again_rows}


def _then(known_at: dt.datetime | None) -> Then | None:
    """Return how segments are read for an instant.

    Enrolments on a pathway whose timing changed since then are all worked out again.
    """
    found = then([EVENTS], known_at, known=WAS_KNOWN.format(key="f.enrolment_id"))
    timings = (
        PathwayTiming.objects.changed_after(known_at) if known_at else PathwayTiming.objects.none()
    )
    if not (pathways := set(timings.values_list("pathway", flat=True))):
        return found
    of_them = (
        Segment.objects.filter(pathway__in=pathways).values_list("enrolment", flat=True).distinct()
    )
    until, odd, ahead = (found.until, found.odd, found.ahead) if found else (dt.date.max, [], [])
    again = {*odd, *of_them}
    return Then(until, sorted(again), sorted(set(ahead) - again))


def status_on(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of the status of every enrolment on a day, with its dates as at that day, and its
    parameters.

    Its columns are enrolment_id, from_on, to_on, status, start_date, region_id, pdu_id, pathway_id,
    cohort_id, fte, expected_return, planned_end, assessment_opens, deferred_days and
    window_days_deferred.
    """
    inner, parameters = stretches(known_at)
    return STANDING.format(stretches=inner), {**parameters, "as_at": as_at}


def units_expected(units: Mapping[int, int], as_at: dt.date) -> dict[int, int]:
    """Return, by enrolment, the whole units expected by a day, as known now.

    `units` gives the number of units of each enrolment.
    """
    inner, parameters = status_on(as_at, None)
    sql = UNITS_OF_EACH.format(standing=inner, expected=UNITS_EXPECTED.format(units="u.units"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters, "keys": list(units), "units": list(units.values())})
        return dict(cursor.fetchall())


def entries(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of what each learner came with, as known then, and its parameters.

    Its columns are enrolment_id, entry_route, level5_held, modules_held and campaign_id.
    """
    return as_known(EntryRecord, known_at)


#: Enrolments about which something is recorded (entry facts or an event), but not their first
#: terms.
LEFT_OUT = """
SELECT e.id FROM learners_enrolment e
WHERE (e.region_id IS NULL OR e.id IN (SELECT enrolment_id FROM learners_event
        WHERE kind = 'enrolled' AND (recorded_at > %(known_at)s OR voided_at > %(known_at)s)))
    AND NOT EXISTS (SELECT FROM learners_event v WHERE v.enrolment_id = e.id AND v.kind = 'enrolled' AND {known_v})
    AND (EXISTS (SELECT FROM learners_event v WHERE v.enrolment_id = e.id AND {known_v})
        OR EXISTS (SELECT FROM learners_entryrecord r WHERE r.enrolment_id = e.id AND {known_r}))
ORDER BY e.id
"""


def left_out(known_at: dt.datetime | None) -> list[int]:
    """Return the enrolments that no report counts, as known then.

    Nothing recorded states where and on which pathway they began.
    """
    sql = LEFT_OUT.format(known_v=known_sql("v", known_at), known_r=known_sql("r", known_at))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"known_at": known_at})
        return [key for (key,) in cursor.fetchall()]


__all__ = [
    "BEGINNING",
    "UNITS_EXPECTED",
    "entries",
    "left_out",
    "status_on",
    "stretches",
    "units_expected",
]
