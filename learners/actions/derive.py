"""Keeps what follows from events and allocations: segments, and the enrolments' own columns.

Called by every action that writes either, within its transaction. What is kept is what is known now; a question as
known at an earlier instant is answered by `learners/facts.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection

from learners.actions.follow_register import follow_register
from learners.actions.holding import hold
from learners.models import Enrolment, Event, PathwayTiming, Segment
from learners.models.pathways import Mode
from learners.rules.moves import COMPLETED
from learners.rules.timeline import Stretch, Timing, Timings, timeline
from pqip.core.acting import act
from pqip.core.bulk import copy_rows
from pqip.core.clock import today

#: Enrolments worked out at a time, which bounds memory.
CHUNK = 5_000
STRETCH_COLUMNS = [field.column for field in Segment._meta.concrete_fields if field.column not in {"id", "enrolment_id"}]
EVENT_FIELDS = [
    "enrolment_id", "kind", "effective_on", "id", "to_region_id", "to_pdu_id", "to_pathway_id", "to_cohort_id", "to_fte",
    "expected_return", "extended_to",
]

#: One index look-up a learner, whatever the planner knows of the tables: just after a bulk load it knows nothing.
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
    """Rewrite the segments and own columns of these enrolments from their live events and allocations, and what the register says
    of whoever joined it."""
    ordered = sorted(set(enrolment_ids))
    for start in range(0, len(ordered), CHUNK):
        _refresh(ordered[start : start + CHUNK])


def _refresh(ids: list[int]) -> None:
    Segment.objects.filter(enrolment_id__in=ids).delete()
    rows = [
        (enrolment_id, *(getattr(part, column) for column in STRETCH_COLUMNS))
        for enrolment_id, parts in timelines(Event.objects.live().filter(enrolment_id__in=ids), known_timings())
        for part in parts
    ]
    copy_rows(Segment, ["enrolment_id", *STRETCH_COLUMNS], rows)
    refresh_standing(ids)
    follow_register(ids)


def refresh_everybody() -> None:
    """Rewrite every enrolment's segments and own columns, after a change of what they are worked out from."""
    refresh(list(Enrolment.objects.values_list("pk", flat=True)))


def refresh_standing(enrolment_ids: Collection[int]) -> None:
    """Bring the enrolments' own columns up to today, of those that differ, held in order."""
    said: dict[str, Any] = {"ids": sorted(set(enrolment_ids)), "today": today()}
    with connection.cursor() as cursor:
        if len(said["ids"]) > 1:
            cursor.execute(DIFFERING_STANDING, said)
            said["ids"] = [key for (key,) in cursor.fetchall()]
            hold(enrolments=said["ids"])
        cursor.execute(UPDATE_STANDING, said)


def refresh_officers(people: Collection[int]) -> None:
    """Where the officer's post is of those who completed, after the posts of these people changed."""
    completed = list(Enrolment.objects.filter(person__in=people, status=COMPLETED).values_list("pk", flat=True))
    if completed:
        refresh_standing(completed)


def turn_the_day(*, by: Any) -> int:
    """Bring every enrolment that changes by itself up to today. Returns how many there were. Safe to repeat."""
    with act(by=by, reason="The day turned"):
        ids = list(Enrolment.objects.filter(next_turn_on__lte=today()).values_list("pk", flat=True))
        if ids:
            refresh_standing(ids)
    return len(ids)


def timelines(events: Any, timings: Timings) -> Iterator[tuple[int, list[Stretch]]]:
    """The timeline of each enrolment in a queryset of events, one enrolment at a time.

    One whose first terms are not among them has none and is left out: `learners.facts.left_out` lists them.
    """
    rows = events.order_by("enrolment_id").values_list(*EVENT_FIELDS, named=True).iterator(chunk_size=5000)
    for enrolment_id, events_of_one in groupby(rows, key=attrgetter("enrolment_id")):
        own = list(events_of_one)
        if any(event.kind == "enrolled" for event in own):
            yield enrolment_id, timeline(own, timings)


def known_timings(known_at: dt.datetime | None = None) -> Timings:
    """Timings of pathways as known at an instant, looked up by the latest that holds at the start date."""
    return timings_of(PathwayTiming.objects.known_at(known_at))


def timings_of(rows: Iterable[PathwayTiming]) -> Timings:
    """A lookup over timing rows; where none holds at the start date yet, nothing is known."""
    dated: dict[tuple[int, bool], list[PathwayTiming]] = {}
    for row in sorted(rows, key=lambda row: row.effective_on):
        dated.setdefault((row.pathway_id, row.mode == Mode.FULL_TIME), []).append(row)
    answers: dict[tuple[int, bool, dt.date], Timing] = {}

    def look_up(pathway_id: int, full_time: bool, start: dt.date) -> Timing:
        key = (pathway_id, full_time, start)
        if key not in answers:
            holding = [row for row in dated.get((pathway_id, full_time), []) if row.effective_on <= start]
            answers[key] = Timing(holding[-1].months, holding[-1].assessment_start_months) if holding else Timing(None, None)
        return answers[key]

    return look_up
