"""Loading the reference data that ships, as often as one likes.

A row that is new is added, one that ships differently is changed (a dated fact is voided and recorded anew), the rest is
left alone. What a person has added, changed or voided stays as they left it: their word is later than the release's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db import models

from pqip.core.acting import Job, act
from pqip.core.clock import now
from pqip.core.dates import EARLIEST
from pqip.core.models import AuditEntry
from pqip.core.reference import Kind, key_fields, kinds

LOADER = Job("reference")
SUPERSEDED = "Replaced by the reference data of a newer release"
PERSON = "user:"
#: When the reference data of a first load was learned of: earlier than anything that is recorded.
KNOWN_BEFORE = dt.datetime.combine(EARLIEST, dt.time(), dt.UTC)


@dataclass
class Loaded:
    """How many rows of a kind were new, changed and as they were; `kept` are those a person had changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


def load_all() -> dict[str, Loaded]:
    """Load every kind, all or nothing; what was done, by slug.

    What the first load brings was known before this record was kept: history that is loaded as recorded earlier is answered
    by it. The real time of loading is kept beside it.
    """
    is_first = not any(kind.is_dated and kind.model._base_manager.exists() for kind in kinds.values())
    with act(by=LOADER, reason="Reference data", recorded_at=KNOWN_BEFORE if is_first else None):
        return {slug: load(kind) for slug, kind in kinds.items()}


def load(kind: Kind) -> Loaded:
    """Load one kind, in as many queries at any number of rows. Raises ValueError for a row that names nothing known."""
    held, kept = _held(kind), _changed_by_people(kind)
    done, new, changed = Loaded(), [], []
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


def _write(kind: Kind, new: list[models.Model], changed: list[tuple[models.Model, dict[str, Any]]]) -> None:
    manager = kind.model._base_manager
    if kind.is_dated:
        manager.filter(pk__in=[row.pk for row, _ in changed]).update(voided_at=now(), void_reason=SUPERSEDED)
        new = new + [kind.model(**content) for _, content in changed]
    elif changed:
        for row, content in changed:
            for name, value in content.items():
                setattr(row, name, value)
        manager.bulk_update([row for row, _ in changed], [*changed[0][1]], batch_size=500)
    manager.bulk_create(new, batch_size=1000)


def _held(kind: Kind) -> dict[tuple[Any, ...], models.Model]:
    """The rows there are, by key; of dated facts the live ones."""
    return {_key(kind, row): row for row in kind.current()}


def _changed_by_people(kind: Kind) -> set[Any]:
    """What a person has touched: keys of dated facts, primary keys of other rows (which only the audit remembers)."""
    if kind.is_dated:
        touched = models.Q(recorded_by__startswith=PERSON) | models.Q(voided_by__startswith=PERSON)
        return {_key(kind, row) for row in kind.model._base_manager.filter(touched)}
    entries = AuditEntry.objects.filter(table_name=kind.model._meta.db_table, actor__startswith=PERSON)
    return set(entries.values_list("row_key", flat=True))


def _contents(kind: Kind) -> Iterable[dict[str, Any]]:
    """What each row that ships says, by column of the model; its place in the file orders it where the model orders."""
    fields = {field.name: field for field in kind.model._meta.concrete_fields}
    related: dict[str, dict[str, int]] = {}
    for place, row in enumerate(kind.rows()):
        content = {fields[name].attname: _value(fields[name], text, related) for name, text in row.items() if name in fields}
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
    """Primary keys of a model's rows by their key's parts joined by `/`."""
    return _named(model, model._base_manager.all())


def row_named(kind: Kind, name: str) -> int | None:
    """Primary key of the current row of that name; None where there is none."""
    return _named(kind.model, kind.current()).get(name)


def name_of(kind: Kind, row: models.Model) -> str:
    """A row's name: its key's parts joined by `/`."""
    return "/".join(_said(reduce(_part, path.split("__"), row)) for path in _name_paths(kind.model))


def _named(model: type[models.Model], rows: models.QuerySet) -> dict[str, int]:
    found = rows.values_list("pk", *_name_paths(model))
    return {"/".join(_said(part) for part in row[1:]): row[0] for row in found}


def _part(row: Any, name: str) -> Any:
    return None if row is None else getattr(row, name)


def _said(part: Any) -> str:
    """A part of a name; one left blank in the key stands for every."""
    return "every" if part is None else str(part)


def _name_paths(model: type[models.Model]) -> list[str]:
    return [path for name in key_fields(model) for path in _paths(model, name)]


def _paths(model: type[models.Model], name: str) -> Iterable[str]:
    """Lookups to the plain fields that make up a key field; a reference stands for the key of what it refers to."""
    field = model._meta.get_field(name)
    if not field.remote_field:
        return [name]
    inner = field.remote_field.model
    return [f"{name}__{path}" for part in key_fields(inner) for path in _paths(inner, part)]


def _columns(kind: Kind) -> list[str]:
    return [kind.model._meta.get_field(name).attname for name in kind.key]


def _key(kind: Kind, row: models.Model) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in _columns(kind))
