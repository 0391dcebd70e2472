"""The current records within reach, as rows of the datasets of the workforce."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from pqip.core.scope import Scope
from pqip.exchange.datasets import Context
from workforce.facts import register
from workforce.models import Absence, Person, RecordsComplete, Spell
from workforce.rules import posts

Rows = Iterator[dict[str, Any]]


def of_people(scope: Scope, prefix: str = "person__") -> Q:
    """Return the filter of rows about people within reach."""
    return scope.condition({kind: f"{prefix}{path}" for kind, path in Person.SCOPE.items()})


def staff(context: Context) -> Rows:
    """Yield everybody with a post: the latest post, with its last day if they have left."""
    rows = (
        Spell.objects.live()
        .filter(of_people(context.scope))
        .select_related("person", "grade", "region", "pdu")
    )
    ordered = rows.order_by("person__staff_number", "effective_on")
    for person, held in groupby(ordered.iterator(chunk_size=2000), key=lambda spell: spell.person):
        spells = list(held)
        last = spells[-1]
        yield {
            "staff_number": person.staff_number,
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "grade": last.grade.code,
            "region": last.region.code,
            "pdu": last.pdu.code if last.pdu else None,
            "function": last.function,
            "fte": last.fte,
            "contract": last.contract,
            "organisation": person.organisation,
            "start_date": last.post_start_date,
            "service_start_date": last.service_start_date,
            "end_date": posts.left_on(last, spells),
            "leave_reason": last.leave_reason,
            "destination": last.destination,
        }


def absences(context: Context) -> Rows:
    """Yield every absence recorded, including past ones."""
    rows = Absence.objects.live().filter(of_people(context.scope)).select_related("person")
    for row in rows.order_by("person__staff_number", "effective_on", "kind").iterator(
        chunk_size=2000
    ):
        yield {
            "staff_number": row.person.staff_number,
            "kind": row.kind,
            "start_date": row.effective_on,
            "expected_end_date": row.expected_end_date,
            "end_date": row.ended_on,
            "fte_lost": row.fte_lost,
        }


def register_entries(context: Context) -> Rows:
    """Yield every entry in the professional register, as it is today."""
    rows = register.entries(context.today).filter(of_people(context.scope)).select_related("person")
    for row in rows.order_by("person__staff_number", "award_type").iterator(chunk_size=2000):
        yield {
            "staff_number": row.person.staff_number,
            "award_type": row.award_type,
            "qualified_on": row.qualified_on,
            "entered_on": row.effective_on,
            "status": row.status,
            "status_on": row.since,
            "cpd_declared_on": row.declared_on,
        }


def totals(rows: QuerySet, context: Context, date_column: str, values: list[str]) -> Rows:
    """Yield dated figures of places and grades within reach."""
    reached = rows.filter(context.scope.condition({"region": "region_id", "pdu": "pdu_id"}))
    named = reached.select_related("region", "pdu", "grade")
    for row in named.order_by(
        "region__order", "region__code", "pdu__code", "grade__order", "effective_on"
    ):
        yield {
            "region": row.region.code,
            "pdu": row.pdu.code if row.pdu else None,
            "grade": row.grade.code,
            date_column: row.effective_on,
            **{name: getattr(row, name) for name in values},
        }


def complete(context: Context) -> Rows:
    """Yield from when records of regions within reach are declared complete."""
    rows = (
        RecordsComplete.objects.live()
        .filter(context.scope.condition(RecordsComplete.SCOPE))
        .select_related("region", "grade")
    )
    for row in rows.order_by("region__order", "region__code", "grade__order"):
        yield {
            "region": row.region.code,
            "grade": row.grade.code,
            "complete_from": row.effective_on,
            "complete_until": row.ended_on,
        }
