"""What was changed of a record, as the audit has it, in the words of the people who use the service.

Rows that one act wrote alike are one change, however many there are. Keys stand for what they mean: who, where, which pathway.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, QuerySet

from learners.models import Enrolment
from learners.reading import history_of
from pqip.core.models import AuditEntry
from pqip.govuk.formats import date_gov

#: How rows are one change: the same act wrote them alike.
ALIKE = ("transaction_id", "table_name", "operation", "actor", "reason", "before", "after")
#: What an undone row says of itself, which the page says in its own words.
VOIDED = frozenset({"voided_at", "voided_by", "void_reason"})
#: Columns that tell people nothing: worked out from others, or none of their business.
TECHNICAL = VOIDED | {"id", "public_id", "search_name", "sort_name", "next_turn_on", "placed_from", "placed_until"}
#: Tables whose values the history never shows.
SENSITIVE = frozenset({"workforce_equalityanswers", "workforce_user"})
#: Columns that are called otherwise than their model calls them.
CALLED = {
    "fte": "Hours (FTE)", "pdu": "Probation delivery unit", "pta": "Practice tutor assessor", "entry_cohort": "Cohort at entry",
}

Value = tuple[str, Any, Any]


def changes_of(enrolment: Enrolment) -> QuerySet[AuditEntry, dict[str, Any]]:
    """Every change of a record, newest first: the columns of `ALIKE`, `at`, and how many `times`."""
    rows = history_of(enrolment).order_by().values(*ALIKE)
    return rows.annotate(last=Max("id"), at=Max("at"), times=Count("id")).order_by("-last")


def is_undone(change: dict[str, Any]) -> bool:
    """Whether rows were voided; they are replaced where the same act recorded others of their kind."""
    return change["operation"] == "update" and "voided_at" in (change["after"] or {})


def act_of(change: dict[str, Any]) -> tuple[Any, ...]:
    """What tells the rows of one act in one table."""
    return tuple(change[name] for name in ("transaction_id", "table_name", "actor", "reason"))


def replaced(changes: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Acts in which something was recorded: what they voided in the same table was replaced."""
    return {act_of(one) for one in changes if one["operation"] == "insert"}


def differences(changes: Iterable[dict[str, Any]]) -> list[list[Value]]:
    """Of each change: what is called how, before and after, in words. In one query for each kind of thing that is referred to."""
    found = [list(_columns(one)) for one in changes]
    names = _names(found)
    return [
        [(_label(field), _said(field, before, names), _said(field, after, names)) for field, before, after in columns]
        for columns in found
    ]


def called(table: str) -> str:
    """What a row of a table is, as its model calls it."""
    model = _models().get(table)
    return str(model._meta.verbose_name) if model else "something no longer kept"


def _columns(change: dict[str, Any]) -> Iterator[tuple[models.Field, Any, Any]]:
    """The columns in which a row changed in place, of tables that may be shown."""
    model = _models().get(change["table_name"])
    if change["operation"] != "update" or change["table_name"] in SENSITIVE or model is None:
        return
    before, after = change["before"] or {}, change["after"] or {}
    for field in model._meta.concrete_fields:
        if field.name not in TECHNICAL and field.column in after:
            yield field, before.get(field.column), after[field.column]


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def _names(found: Iterable[Iterable[tuple[models.Field, Any, Any]]]) -> dict[tuple[type, Any], str]:
    """What each thing that is referred to is called."""
    keys: dict[type[models.Model], set[Any]] = defaultdict(set)
    for columns in found:
        for field, *values in columns:
            if field.related_model is not None:
                keys[field.related_model] |= {value for value in values if value is not None}  # type: ignore[index]
    return {(model, key): str(one) for model, wanted in keys.items() for key, one in _rows(model, wanted).items()}


def _rows(model: type[models.Model], keys: set[Any]) -> dict[Any, models.Model]:
    """What somebody who may read the history of a record is told the names of, wherever it is."""
    return model._base_manager.in_bulk(list(keys))


def _label(field: models.Field) -> str:
    said = str(field.verbose_name)
    return CALLED.get(field.name, said[:1].upper() + said[1:])


def _said(field: models.Field, value: Any, names: dict[tuple[type, Any], str]) -> str:
    if value in (None, "", []):
        return "none"
    if field.related_model is not None:
        return names.get((field.related_model, value), "no longer on record")  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return date_gov(dt.date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))
