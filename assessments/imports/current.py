"""What is recorded now, as rows of the datasets of assessment, within the user's reach.

Evidence and decisions are not exported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from assessments.imports.base import QUALIFICATIONS
from assessments.models import (
    AssessorRecord,
    RegistrationFact,
    UnitChoice,
    UnitSignoff,
    VersionMove,
)
from pqip.exchange.datasets import Context
from workforce.imports.current import of_people

Rows = Iterator[dict[str, Any]]
CANDIDATE = "registration__person__"


def assessors(context: Context, fields: Mapping[str, str]) -> Rows:
    """Yield the live record of every visible assessor. `fields` gives the model field of each column."""
    rows = AssessorRecord.objects.live().filter(of_people(context.scope)).select_related("person")
    for row in rows.order_by("person__staff_number"):
        yield {
            "staff_number": row.person.staff_number,
            **{column: getattr(row, field) for column, field in fields.items()},
        }


def registrations(context: Context, fields: Mapping[str, str]) -> Rows:
    """Yield every visible registration. `fields` gives the model field of each column."""
    rows = RegistrationFact.objects.live().filter(
        of_people(context.scope, CANDIDATE), registration__qualification__code__in=QUALIFICATIONS
    )
    named, chosen = (
        rows.select_related("registration__person", "registration__qualification"),
        _chosen(rows),
    )
    ordered = named.order_by(
        "registration__person__staff_number", "registration__qualification__code"
    )
    for row in ordered.iterator(chunk_size=2000):
        of = {
            "staff_number": row.registration.person.staff_number,
            "qualification": row.registration.qualification.code,
        }
        own = {
            "optional_units": [
                str(number) for number in sorted(chosen.get(row.registration_id, []))
            ]
        }
        yield of | {column: getattr(row, field) for column, field in fields.items()} | own


def _chosen(rows: QuerySet[RegistrationFact]) -> dict[int, list[int]]:
    """Return the numbers of the optional units chosen, by registration; none for candidates who have moved to another
    version.
    """
    found: dict[int, list[int]] = {}
    moved = VersionMove.objects.live().values("registration")
    choices = (
        UnitChoice.objects.live()
        .filter(registration__in=rows.values("registration"))
        .exclude(registration__in=moved)
    )
    for registration, number in choices.values_list("registration_id", "unit__number"):
        found.setdefault(registration, []).append(number)
    return found


def signoffs(context: Context) -> Rows:
    """Yield every live sign-off of a visible unit."""
    rows = UnitSignoff.objects.live().filter(
        of_people(context.scope, CANDIDATE), registration__qualification__code__in=QUALIFICATIONS
    )
    columns = (
        "registration__person__staff_number",
        "registration__qualification__code",
        "unit__number",
        "effective_on",
        "signed_off_by__staff_number",
    )
    names = ("staff_number", "qualification", "unit", "signed_off_on", "signed_off_by")
    for values in rows.order_by(*columns[:3]).values_list(*columns):
        yield dict(zip(names, values, strict=True))
