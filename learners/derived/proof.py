"""Compares what is stored for speed with the events and allocations (`manage.py check_ledger`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models.functions import JSONObject

from learners.derived.enrolments import DIFFERING_STANDING
from learners.derived.posts import people_behind
from learners.derived.register_entries import joined
from learners.facts.timelines import STRETCH_COLUMNS, known_timings, timelines
from learners.models import (
    ApplicantEqualityRecord,
    ApplicationRecord,
    ApplicationStage,
    Enrolment,
    EntryRecord,
    Event,
    Segment,
)
from learners.rules.applications import StageFact, check_stages
from pqip.core import proof
from pqip.core.chunks import chunks
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.known import differing
from workforce.actions.register import PQIP, follows
from workforce.models import RegisterEntry


@proof.check("Learners' timelines")
def segments() -> Iterator[str]:
    """Yield enrolments whose stored stretches differ from those that their events give."""
    for ids in chunks(Enrolment.objects.values_list("pk", flat=True)):
        stored: dict[int, list[Any]] = {}
        rows = Segment.objects.filter(enrolment__in=ids).order_by("enrolment_id", "from_on")
        for enrolment, *values in rows.values_list("enrolment_id", *STRETCH_COLUMNS):
            stored.setdefault(enrolment, []).append(tuple(values))
        given = {
            enrolment: [
                tuple(getattr(part, column) for column in STRETCH_COLUMNS) for part in parts
            ]
            for enrolment, parts in timelines(
                Event.objects.live().filter(enrolment__in=ids), known_timings()
            )
        }
        for key in ids:
            if stored.get(key, []) != given.get(key, []):
                yield f"Enrolment {key}: the kept timeline differs from what its events say."


@proof.check("Learners' standing today")
def own_columns() -> Iterator[str]:
    """Yield enrolments whose own columns differ from their timeline and allocations today."""
    ids = list(Enrolment.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING_STANDING, {"ids": ids, "today": today()})
        for (key,) in cursor.fetchall():
            yield f"Enrolment {key}: what is kept of its standing differs from its timeline and allocations."


@proof.check("What learners came with")
def entries() -> Iterator[str]:
    """Yield enrolments for which the latest row of the ledger says something else."""
    for key in differing(EntryRecord):
        yield f"Enrolment {key}: what the learner came with differs from what was recorded last."


@proof.check("Applications")
def applications() -> Iterator[str]:
    """Yield applications for which the latest row of a ledger says something else, and those whose stages do not follow from each
    other.
    """
    for key in differing(ApplicationRecord):
        yield f"Application {key}: what it says differs from what was recorded last."
    for key in differing(ApplicantEqualityRecord):
        yield f"Application {key}: the equality answers differ from what was recorded last."
    rows = ApplicationStage.objects.live().order_by("application_id")
    found = rows.values_list("application_id", "application__applied_on").annotate(
        stages=ArrayAgg(JSONObject(stage="stage", on="effective_on", passed="passed"))
    )
    for key, applied_on, stages in found.iterator(chunk_size=5_000):
        facts = [
            StageFact(one["stage"], dt.date.fromisoformat(one["on"]), one["passed"])
            for one in stages
        ]
        try:
            check_stages(applied_on, facts)
        except RuleBroken as broken:
            yield f"Application {key}: {broken.message}"


@proof.check("The professional register")
def register() -> Iterator[str]:
    """Yield people who joined the register through the programme and have no entry, or the reverse."""
    joined_on = joined()
    rows = {row.person_id: row for row in RegisterEntry.objects.live().filter(award_type=PQIP)}
    for key in sorted(joined_on.keys() - rows.keys()):
        yield f"Person {key}: joined the register by the programme, and is not entered in it."
    for key, row in sorted(rows.items()):
        if row.from_programme and not follows(row, joined_on.get(key)):
            yield f"Person {key}: is entered in the register otherwise than the programme says."


@proof.check("Learners' posts")
def posts() -> Iterator[str]:
    """Yield people whose posts differ from what follows from the programme and HR."""
    for key in people_behind():
        yield f"Person {key}: the posts differ from what the programme and HR say."
