"""The changes of a record as the audit has them.

Rows that one act wrote alike are one change, however many there are. `presenters/history.py` puts them into words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Max, QuerySet

from learners.models import Enrolment
from learners.queries.records import history_of
from pqip.core.models import AuditEntry

#: Columns by which audit rows are grouped into one change: the same act wrote them alike.
ALIKE = ("transaction_id", "table_name", "operation", "actor", "reason", "before", "after")
#: Columns that only say that a row was undone, which the page says in its own words.
VOIDED = frozenset({"voided_at", "voided_by", "void_reason"})
#: Columns that mean nothing to users: they are worked out from others, or technical.
TECHNICAL = VOIDED | {
    "id",
    "public_id",
    "search_name",
    "sort_name",
    "next_turn_on",
    "placed_from",
    "placed_until",
}
#: Tables whose values the history never shows.
SENSITIVE = frozenset({"workforce_equalityanswers", "workforce_user"})
#: A column that changed, with its old and new value.
Column = tuple[models.Field, Any, Any]


def changes_of(enrolment: Enrolment) -> QuerySet[AuditEntry, dict[str, Any]]:
    """Return every change of a record, the newest first.

    Each has the columns of `ALIKE`, `at`, and the number of rows in `times`.
    """
    rows = history_of(enrolment).order_by().values(*ALIKE)
    return rows.annotate(last=Max("id"), at=Max("at"), times=Count("id")).order_by("-last")


def is_undone(change: dict[str, Any]) -> bool:
    """Return True if the rows were voided.

    They were replaced if the same act recorded others of their kind; see `replaced`.
    """
    return change["operation"] == "update" and "voided_at" in (change["after"] or {})


def act_of(change: dict[str, Any]) -> tuple[Any, ...]:
    """Return what identifies the rows of one act in one table."""
    return tuple(change[name] for name in ("transaction_id", "table_name", "actor", "reason"))


def replaced(changes: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return the acts that recorded something: rows that they voided in the same table were
    replaced.
    """
    return {act_of(one) for one in changes if one["operation"] == "insert"}


def columns_of(changes: Iterable[dict[str, Any]]) -> list[list[Column]]:
    """Return, for each change, the columns in which a row changed in place: the field, its old and new value."""
    return [list(_columns(one)) for one in changes]


def referred_to(found: Iterable[Iterable[Column]]) -> dict[tuple[type, Any], str]:
    """Return the name of each object that columns refer to, by model and key.

    It needs one query for each model that is referred to.
    """
    keys: dict[type[models.Model], set[Any]] = defaultdict(set)
    for columns in found:
        for field, *values in columns:
            if field.related_model is not None:
                keys[field.related_model] |= {value for value in values if value is not None}
    return {
        (model, key): str(one)
        for model, wanted in keys.items()
        for key, one in _rows(model, wanted).items()
    }


def model_of(table: str) -> type[models.Model] | None:
    """Return the model whose rows a table holds; None where it is no longer kept."""
    return _models().get(table)


def _columns(change: dict[str, Any]) -> Iterator[Column]:
    """Yield the columns that changed in place, with old and new value, for tables that may be
    shown.
    """
    model = _models().get(change["table_name"])
    if change["operation"] != "update" or change["table_name"] in SENSITIVE or model is None:
        return
    before, after = change["before"] or {}, change["after"] or {}
    for field in model._meta.concrete_fields:
        if field.name not in TECHNICAL and field.column in after:
            yield field, before.get(field.column), after[field.column]


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def _rows(model: type[models.Model], keys: set[Any]) -> dict[Any, models.Model]:
    """Return the objects with these keys, wherever they are.

    Whoever may read the history of a record may read their names.
    """
    return model._base_manager.in_bulk(list(keys))
