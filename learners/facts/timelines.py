"""The timelines of many enrolments, worked out from their events and the timings of their pathways.

`learners/derived/enrolments.py` stores them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from learners.models import PathwayTiming, Segment
from learners.models.pathways import Mode
from learners.rules.timeline import StatusPeriod, Timing, Timings, timeline
from pqip.core.columns import columns

STRETCH_COLUMNS = [column for column in columns(Segment) if column not in {"id", "enrolment_id"}]
EVENT_FIELDS = [
    "enrolment_id",
    "kind",
    "effective_on",
    "id",
    "to_region_id",
    "to_pdu_id",
    "to_pathway_id",
    "to_cohort_id",
    "to_fte",
    "expected_return",
    "extended_to",
]


def timelines(events: Any, timings: Timings) -> Iterator[tuple[int, list[StatusPeriod]]]:
    """Yield each enrolment in a queryset of events with its timeline, one at a time.

    An enrolment without first terms among them has no timeline and is left out:
    `learners.facts.status.left_out` lists those.
    """
    rows = (
        events.order_by("enrolment_id")
        .values_list(*EVENT_FIELDS, named=True)
        .iterator(chunk_size=5000)
    )
    for enrolment_id, events_of_one in groupby(rows, key=attrgetter("enrolment_id")):
        own = list(events_of_one)
        if any(event.kind == "enrolled" for event in own):
            yield enrolment_id, timeline(own, timings)


def known_timings(known_at: dt.datetime | None = None) -> Timings:
    """Return a lookup of the timings of pathways as known at an instant."""
    return timings_of(PathwayTiming.objects.known_at(known_at))


def timings_of(rows: Iterable[PathwayTiming]) -> Timings:
    """Return a lookup over timing rows: the latest row in force on the start date counts.

    Where no row is in force yet, nothing is known.
    """
    dated: dict[tuple[int, bool], list[PathwayTiming]] = {}
    for row in sorted(rows, key=lambda row: row.effective_on):
        dated.setdefault((row.pathway_id, row.mode == Mode.FULL_TIME), []).append(row)
    answers: dict[tuple[int, bool, dt.date], Timing] = {}

    def look_up(pathway_id: int, full_time: bool, start: dt.date) -> Timing:
        key = (pathway_id, full_time, start)
        if key not in answers:
            holding = [
                row for row in dated.get((pathway_id, full_time), []) if row.effective_on <= start
            ]
            answers[key] = (
                Timing(holding[-1].months, holding[-1].assessment_start_months)
                if holding
                else Timing(None, None)
            )
        return answers[key]

    return look_up
