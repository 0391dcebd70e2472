"""A row of every ledger: what the access table's records hold, and one of each of the rest.

A new ledger is swept by itself once something here writes a row of it; until then its tests say so.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models

from assessments.models import Qualification
from learners.models import ModuleResult, Review, TrainingRecord
from pqip.core.acting import acting_as
from pqip.core.guards import is_ledger
from tests.access.records import World, build
from tests.factories import assessments, journey, learners, quality
from tests.factories.workforce import BY, grade, region
from workforce.models import EqualityAnswers, RecordsComplete, StaffingReturn, Target

DAY = dt.date(2026, 1, 5)
LEDGERS = [model for model in apps.get_models() if is_ledger(model)]


def of_every_ledger() -> World:
    """Write a row of every ledger."""
    world = build()
    place = {"region": region("NE"), "grade": grade("PO"), "effective_on": DAY}
    who = world.home.person
    with acting_as(by=BY):
        ModuleResult.objects.create(
            enrolment=world.home.learner, module=learners.module(), attempt=1, effective_on=DAY
        )
        EqualityAnswers.objects.create(person=who, sex="female")
        Review.objects.create(person=who, effective_on=DAY)
        TrainingRecord.objects.create(
            person=who, course=learners.course(), effective_on=DAY, status="attended"
        )
        Target.objects.create(**place, target_fte=10)
        StaffingReturn.objects.create(**place, fte=9, source="test")
        RecordsComplete.objects.create(**place)
    journey.one_of_each(world.home.learner, world.people["line_manager"].person)
    assessments.countersignature(world.home.extra["decision"], world.people["countersigner"].person)
    whole = assessments.decision(
        assessments.evidence(assessments.registration()), assessments.assessor()
    )
    assessments.choose(assessments.registration(of=Qualification.objects.get(code="VQ3")), 5)
    quality.released_unit(
        whole, world.people["pta"].person, assessments.person(last_name="Assurer")
    )
    last = assessments.decision(
        assessments.evidence(assessments.registration()), world.people["pta"].person
    )  # in no locked unit
    assessments.countersignature(last, world.people["countersigner"].person)
    return world


def newest(model: type[models.Model]) -> int:
    """The key of the newest live row of a ledger."""
    row = model._base_manager.filter(voided_at=None).order_by("-pk").first()
    assert row is not None, f"tests/core/rows.py writes no row of {model._meta.label}"
    return row.pk


def content(model: type[models.Model]) -> list[str]:
    """The columns of a ledger that say what is true: without its key, its public id and what the database sets."""
    set_by_the_database = {
        "public_id",
        "recorded_at",
        "recorded_by",
        "loaded_at",
        "voided_at",
        "voided_by",
        "void_reason",
    }
    return [
        connection.ops.quote_name(field.column) for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.column not in set_by_the_database
    ]  # fmt: skip


def by_insert(model: type[models.Model], key: int, **stated: str) -> None:
    """Write a row again as it is, by raw SQL; `stated` are further columns and the SQL of what is written in them."""
    columns = ", ".join(content(model))
    into, what = ", ".join([columns, *stated]), ", ".join([columns, *stated.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({into}) SELECT {what} FROM {model._meta.db_table} WHERE id = {key}"
        )


def by_copy(model: type[models.Model], key: int) -> None:
    """Write a row again as it is, by COPY."""
    table, columns, lines = model._meta.db_table, ", ".join(content(model)), io.StringIO()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(
            f"COPY (SELECT {columns} FROM {table} WHERE id = {key}) TO STDOUT", lines
        )
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(lines.getvalue()))


WAYS: dict[str, Callable[..., Any]] = {"insert": by_insert, "copy": by_copy}
