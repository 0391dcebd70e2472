"""Keeps what follows from events and allocations: segments, and the enrolments' own columns.

Every action that writes either calls it within its transaction. It keeps what is known now;
`learners/facts/status.py` answers questions about an earlier instant.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from learners.derived.register_entries import follow_register
from learners.facts.timelines import STRETCH_COLUMNS, known_timings, timelines
from learners.models import Enrolment, Event, Segment
from learners.models.holding import hold
from learners.rules.events_moves import COMPLETED
from pqip.core.acting import acting_as
from pqip.core.bulk import copy_rows
from pqip.core.chunks import chunks
from pqip.core.clock import today

#: One index look-up for each learner, whatever the planner knows of the tables: just after a bulk
#: load it knows nothing.
STANDING_TODAY = """
FROM unnest(%(ids)s::bigint[]) AS wanted (id)
JOIN learners_enrolment o ON o.id = wanted.id
JOIN workforce_person w ON w.id = o.person_id
LEFT JOIN workforce_grade g ON g.id = w.grade_id
CROSS JOIN LATERAL (
    SELECT s.*, CASE WHEN s.status = 'deferred' THEN %(today)s - s.from_on ELSE 0 END AS paused FROM learners_segment s
    WHERE s.enrolment_id = o.id AND s.from_on <= %(today)s AND (s.to_on IS NULL OR s.to_on > %(today)s)
    ORDER BY s.from_on DESC LIMIT 1
) AS n
CROSS JOIN LATERAL (
    SELECT max(a.other_id) FILTER (WHERE a.role = 'pta' AND a.effective_on <= %(today)s) AS pta_id,
        max(a.other_id) FILTER (WHERE a.role = 'line_manager' AND a.effective_on <= %(today)s) AS line_manager_id,
        min(CASE WHEN a.effective_on > %(today)s THEN a.effective_on ELSE a.ended_on + 1 END) AS turns_on
    FROM learners_allocation a
    WHERE a.person_id = o.person_id AND a.voided_at IS NULL AND a.unit IS NULL AND a.role IN ('pta', 'line_manager')
        AND (a.ended_on IS NULL OR a.ended_on >= %(today)s)
) AS l
CROSS JOIN LATERAL (
    SELECT min(s.from_on) AS ended_on FROM learners_segment s
    WHERE s.enrolment_id = o.id AND s.status IN ('withdrawn', 'completed', 'did_not_start')
) AS x
CROSS JOIN LATERAL (
    SELECT n.status, n.start_date, n.region_id, n.pdu_id, n.pathway_id, n.cohort_id, n.fte,
        greatest(n.planned_end + n.paused, n.extended_to) AS planned_end,
        least(CASE WHEN n.status = 'deferred' THEN %(today)s + 1 ELSE n.to_on END, l.turns_on) AS next_turn_on,
        CASE WHEN n.status = 'completed' AND g.code = 'PO' THEN w.region_id END AS post_region_id,
        CASE WHEN n.status = 'completed' AND g.code = 'PO' THEN w.pdu_id END AS post_pdu_id,
        l.pta_id, l.line_manager_id, least(n.start_date, x.ended_on) AS placed_from, x.ended_on AS placed_until
) AS f
"""
STANDING_COLUMNS = [
    "status",
    "start_date",
    "region_id",
    "pdu_id",
    "pathway_id",
    "cohort_id",
    "fte",
    "planned_end",
    "next_turn_on",
    "post_region_id",
    "post_pdu_id",
    "pta_id",
    "line_manager_id",
    "placed_from",
    "placed_until",
]


def _columns(alias: str) -> str:
    return ", ".join(f"{alias}{column}" for column in STANDING_COLUMNS)


UPDATE_STANDING = f"""
UPDATE learners_enrolment e SET ({_columns("")}) = ({_columns("f.")}) {STANDING_TODAY}
WHERE e.id = o.id AND ({_columns("e.")}) IS DISTINCT FROM ({_columns("f.")})
"""  # noqa: S608  (constants)
DIFFERING_STANDING = f"""
SELECT o.id {STANDING_TODAY} WHERE ({_columns("o.")}) IS DISTINCT FROM ({_columns("f.")}) ORDER BY o.id
"""  # noqa: S608  (constants)


def refresh(enrolment_ids: Collection[int]) -> None:
    """Rewrite the segments and own columns of these enrolments, and their learners' register
    entries.

    They follow from the live events and allocations.
    """
    for ids in chunks(enrolment_ids):
        _refresh(ids)


def _refresh(ids: list[int]) -> None:
    Segment.objects.filter(enrolment_id__in=ids).delete()
    rows = [
        (enrolment_id, *(getattr(part, column) for column in STRETCH_COLUMNS))
        for enrolment_id, parts in timelines(
            Event.objects.live().filter(enrolment_id__in=ids), known_timings()
        )
        for part in parts
    ]
    copy_rows(Segment, ["enrolment_id", *STRETCH_COLUMNS], rows)
    refresh_standing(ids)
    follow_register(ids)


def refresh_everybody() -> None:
    """Rewrite every enrolment's segments and own columns, after a change to what they follow from."""
    refresh(list(Enrolment.objects.values_list("pk", flat=True)))


def refresh_standing(enrolment_ids: Collection[int]) -> None:
    """Update the own columns of these enrolments to today, where they differ.

    The rows are locked in order of their keys.
    """
    parameters: dict[str, Any] = {"ids": sorted(set(enrolment_ids)), "today": today()}
    with connection.cursor() as cursor:
        if len(parameters["ids"]) > 1:
            cursor.execute(DIFFERING_STANDING, parameters)
            parameters["ids"] = [key for (key,) in cursor.fetchall()]
            hold(enrolments=parameters["ids"])
        cursor.execute(UPDATE_STANDING, parameters)


def refresh_officers(people: Collection[int]) -> None:
    """Update the place of the officer's post of those who completed, after the posts of these
    people changed.
    """
    completed = list(
        Enrolment.objects.filter(person__in=people, status=COMPLETED).values_list("pk", flat=True)
    )
    if completed:
        refresh_standing(completed)


def daily_refresh(*, by: Any) -> int:
    """Update every enrolment that changes today without an event, and return how many there were.

    It is safe to repeat.
    """
    with acting_as(by=by, reason="The day turned"):
        ids = list(Enrolment.objects.filter(next_turn_on__lte=today()).values_list("pk", flat=True))
        if ids:
            refresh_standing(ids)
    return len(ids)
