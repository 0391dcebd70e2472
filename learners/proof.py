"""Proves what is kept for speed against the events and allocations (`manage.py check_ledger`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection

from learners.actions.derive import DIFFERING_STANDING, STRETCH_COLUMNS, known_timings, timelines
from learners.actions.follow_posts import people_behind
from learners.actions.follow_register import joined
from learners.models import Enrolment, EntryRecord, Event, Segment
from pqip.core import proof
from pqip.core.clock import today
from pqip.core.known import differing
from workforce.actions.register import PQIP, follows
from workforce.models import RegisterEntry

AT_ONCE = 2_000


@proof.check("Learners' timelines")
def segments() -> Iterator[str]:
    """Enrolments whose kept stretches are not those their events give."""
    keys = iter(list(Enrolment.objects.order_by("pk").values_list("pk", flat=True)))
    while ids := list(islice(keys, AT_ONCE)):
        kept: dict[int, list[Any]] = {}
        rows = Segment.objects.filter(enrolment__in=ids).order_by("enrolment_id", "from_on")
        for enrolment, *values in rows.values_list("enrolment_id", *STRETCH_COLUMNS):
            kept.setdefault(enrolment, []).append(tuple(values))
        given = {
            enrolment: [tuple(getattr(part, column) for column in STRETCH_COLUMNS) for part in parts]
            for enrolment, parts in timelines(Event.objects.live().filter(enrolment__in=ids), known_timings())
        }
        for key in ids:
            if kept.get(key, []) != given.get(key, []):
                yield f"Enrolment {key}: the kept timeline differs from what its events say."


@proof.check("Learners' standing today")
def standing() -> Iterator[str]:
    """Enrolments whose own columns are not what their timeline and allocations say of today."""
    ids = list(Enrolment.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING_STANDING, {"ids": ids, "today": today()})
        for (key,) in cursor.fetchall():
            yield f"Enrolment {key}: what is kept of its standing differs from its timeline and allocations."


@proof.check("What learners came with")
def entries() -> Iterator[str]:
    """Enrolments of which the ledger's latest says something else."""
    for key in differing(EntryRecord):
        yield f"Enrolment {key}: what the learner came with differs from what was recorded last."


@proof.check("The professional register")
def register() -> Iterator[str]:
    """People who joined the register by the programme and are not entered in it, or the other way round."""
    said = joined()
    rows = {row.person_id: row for row in RegisterEntry.objects.live().filter(award_type=PQIP)}
    for key in sorted(said.keys() - rows.keys()):
        yield f"Person {key}: joined the register by the programme, and is not entered in it."
    for key, row in sorted(rows.items()):
        if row.from_programme and not follows(row, said.get(key)):
            yield f"Person {key}: is entered in the register otherwise than the programme says."


@proof.check("Learners' posts")
def posts() -> Iterator[str]:
    """People whose posts are not what the programme and HR say of them together."""
    for key in people_behind():
        yield f"Person {key}: the posts differ from what the programme and HR say."
