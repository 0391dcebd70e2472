"""Loads the reference data that ships, repeatedly where wanted.

A new row is added, a row that ships differently is changed (a dated fact is voided and recorded again), the rest is left
alone. What a person has added, changed or voided stays as they left it: their change takes precedence over the release.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db import models

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.columns import own_field
from pqip.core.dates import EARLIEST
from pqip.core.models import AuditEntry
from pqip.core.reference import Kind, key_fields, kinds

LOADER = Job("reference")
SUPERSEDED = "Replaced by the reference data of a newer release"
PERSON = "user:"
#: The instant at which the reference data of a first load counts as recorded: earlier than anything else.
KNOWN_BEFORE = dt.datetime.combine(EARLIEST, dt.time(), dt.UTC)


@dataclass
class LoadCounts:
    """How many rows of a kind were new, changed and unchanged; `kept` counts those that a person had changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


def load_all() -> dict[str, LoadCounts]:
    """Load every kind, all or nothing; return what was done, by slug.

    The first load counts as known before any record was kept, so that history loaded as recorded earlier finds its
    reference data. The real time of loading is kept beside it.
    """
    is_first = not any(
        kind.is_dated and kind.model._base_manager.exists() for kind in kinds.values()
    )
    with acting_as(
        by=LOADER, reason="Reference data", recorded_at=KNOWN_BEFORE if is_first else None
    ):
        return {slug: load(kind) for slug, kind in kinds.items()}


def load(kind: Kind) -> LoadCounts:
    """Load one kind in a fixed number of queries. Raises ValueError for a row that refers to an unknown one."""
    held, kept = _held(kind), _changed_by_people(kind)
    done, new, changed = LoadCounts(), [], []
    for content in _contents(kind):
        key = tuple(content[name] for name in _columns(kind))
        row = held.get(key)
        if key in kept or (row is not None and row.pk in kept):
            done.kept += 1
        elif row is None:
            new.append(kind.model(**content))
        elif any(getattr(row, name) != value for name, value in content.items()):
            changed.append((row, content))
        else:
            done.unchanged += 1
    _write(kind, new, changed)
    done.new, done.changed = len(new), len(changed)
    if new or changed:
        kind.after_change()
    return done


def _write(
    kind: Kind, new: list[models.Model], changed: list[tuple[models.Model, dict[str, Any]]]
) -> None:
    manager = kind.model._base_manager
    if kind.is_dated:
        manager.filter(pk__in=[row.pk for row, _ in changed]).update(
            voided_at=now(), void_reason=SUPERSEDED
        )
        new = new + [kind.model(**content) for _, content in changed]
    elif changed:
        for row, content in changed:
            for name, value in content.items():
                setattr(row, name, value)
        manager.bulk_update([row for row, _ in changed], [*changed[0][1]], batch_size=500)
    manager.bulk_create(new, batch_size=1000)


def _held(kind: Kind) -> dict[tuple[Any, ...], models.Model]:
    """Return the existing rows by key; of dated facts the live ones."""
    return {_key(kind, row): row for row in kind.current()}


def _changed_by_people(kind: Kind) -> set[Any]:
    """Return what a person has changed: keys of dated facts, or primary keys of other rows (which only the audit
    remembers).
    """
    if kind.is_dated:
        touched = models.Q(recorded_by__startswith=PERSON) | models.Q(voided_by__startswith=PERSON)
        return {_key(kind, row) for row in kind.model._base_manager.filter(touched)}
    entries = AuditEntry.objects.filter(
        table_name=kind.model._meta.db_table, actor__startswith=PERSON
    )
    return set(entries.values_list("row_key", flat=True))


def _contents(kind: Kind) -> Iterable[dict[str, Any]]:
    """Yield what each shipped row states, by column of the model; the place in the file becomes its order, where the model
    has one.
    """
    fields = {field.name: field for field in kind.model._meta.concrete_fields}
    related: dict[str, dict[str, int]] = {}
    for place, row in enumerate(kind.rows()):
        content = {
            fields[name].attname: _value(fields[name], text, related)
            for name, text in row.items()
            if name in fields
        }
        if "order" in fields and "order" not in row:
            content["order"] = place
        yield content


def _value(field: models.Field, text: str, related: dict[str, dict[str, int]]) -> Any:
    if field.remote_field:
        if field.name not in related:
            related[field.name] = names_of(field.remote_field.model)
        known = related[field.name]
        if text and text not in known:
            raise ValueError(f"{field.name}: “{text}” is not known.")
        return known[text] if text else None
    if text == "":
        return None if field.null else field.get_default()
    if isinstance(field, models.BooleanField):
        return text == "yes"
    return field.to_python(text)


def names_of(model: type[models.Model]) -> dict[str, int]:
    """Return the primary keys of a model's rows by name: their key's parts joined by `/`."""
    return _named(model, model._base_manager.all())


def row_named(kind: Kind, name: str) -> int | None:
    """Return the primary key of the current row of that name, or None."""
    return _named(kind.model, kind.current()).get(name)


def name_of(kind: Kind, row: models.Model) -> str:
    """Return a row's name: its key's parts joined by `/`."""
    return "/".join(
        _name_part(reduce(_part, path.split("__"), row)) for path in _name_paths(kind.model)
    )


def _named(model: type[models.Model], rows: models.QuerySet) -> dict[str, int]:
    found = rows.values_list("pk", *_name_paths(model))
    return {"/".join(_name_part(part) for part in row[1:]): row[0] for row in found}


def _part(row: Any, name: str) -> Any:
    return None if row is None else getattr(row, name)


def _name_part(part: Any) -> str:
    """Return a part of a name; a blank part of the key stands for every value."""
    return "every" if part is None else str(part)


def _name_paths(model: type[models.Model]) -> list[str]:
    return [path for name in key_fields(model) for path in _paths(model, name)]


def _paths(model: type[models.Model], name: str) -> Iterable[str]:
    """Yield the lookups to the plain fields that make up a key field; a reference stands for the key of what it refers to."""
    field = model._meta.get_field(name)
    if not field.remote_field:
        return [name]
    inner = field.remote_field.model
    return [f"{name}__{path}" for part in key_fields(inner) for path in _paths(inner, part)]


def _columns(kind: Kind) -> list[str]:
    return [own_field(kind.model, name).attname for name in kind.key]


def _key(kind: Kind, row: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in _columns(kind))
