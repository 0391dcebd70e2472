"""Whatever path a change takes to a tracked table, each row it touches leaves a row in the audit: save, bulk, update, raw
SQL, COPY, delete.

The models are read from the registry. So that one test serves them all, a table loses its constraints and all triggers but the
audit's and the ledgers' within it; every write is the application's own role's, and all is rolled back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.guards import guarded_models, is_insert_only, is_ledger
from pqip.core.models import AuditEntry

pytestmark = pytest.mark.django_db
BY = Job("test")
#: A value of each kind of column, and another.
VALUES: dict[type, tuple[Any, Any]] = {
    models.BooleanField: (False, True),
    models.DateTimeField: (now(), now().replace(year=2020)),
    models.DateField: (today(), today().replace(year=2020)),
    models.JSONField: ({}, {"a": 1}),
    models.DecimalField: (1, 2),
    models.IntegerField: (1, 2),
    models.UUIDField: (None, uuid4()),
    ArrayField: ([], ["a"]),
    models.TimeField: ("10:00", "11:00"),
    models.CharField: ("a", "b"),
    models.TextField: ("a", "b"),
}
HISTORY = {"recorded_at", "recorded_by", "loaded_at", "voided_at", "voided_by", "void_reason"}


def columns(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]


def value(field: models.Field, which: int) -> Any:
    if field.is_relation:
        return which + 1
    if isinstance(field, models.UUIDField):
        return uuid4()
    return next(pair[which] for kind, pair in VALUES.items() if isinstance(field, kind))


def row(model: type[models.Model]) -> models.Model:
    """One with every column filled, of a ledger but those that say when and by whom."""
    filled = [field for field in columns(model) if not (is_ledger(model) and field.name in HISTORY)]
    return model(**{field.attname: value(field, 0) for field in filled})


@pytest.fixture
def bare(as_owner: Any) -> Callable[[type[models.Model]], None]:
    """Takes a table's constraints away, and all triggers but the audit's and the ledgers'."""

    def bare(model: type[models.Model]) -> None:
        table = model._meta.db_table
        with as_owner() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('u', 'c', 'f', 'x')",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
            cursor.execute(
                "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique "
                "AND NOT i.indisprimary",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND (tgname LIKE 'core_audit_%%' "
                "OR tgname LIKE 'a_core_%%')",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')

    return bare


def copied(model: type[models.Model], key: int) -> None:
    """COPY of one row out and in again, under another key."""
    names = ", ".join(
        f'"{field.column}"'
        for field in columns(model)
        if not (is_ledger(model) and field.name in HISTORY)
    )
    table, text = model._meta.db_table, io.StringIO()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY (SELECT {names} FROM {table} WHERE {model._meta.pk.column} = {key}) TO STDOUT",
            text,
        )
        text.seek(0)
        cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)


def repeated(model: type[models.Model]) -> None:
    """Raw SQL that writes every row once more."""
    names = ", ".join(
        f'"{field.column}"'
        for field in columns(model)
        if not (is_ledger(model) and field.name in HISTORY)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM {model._meta.db_table}"
        )


def inserts(model: type[models.Model]) -> Iterator[tuple[str, Callable[[], Any]]]:
    first = row(model)
    yield "save", lambda: first.save(force_insert=True)
    yield "bulk_create", lambda: model._base_manager.bulk_create([row(model), row(model)])
    yield "COPY", lambda: copied(model, first.pk)
    yield "raw", lambda: repeated(model)


def changes(model: type[models.Model]) -> Iterator[tuple[str, Callable[[], Any]]]:
    fields = [
        field
        for field in columns(model)
        if not isinstance(field, models.UUIDField) and field.editable
    ]
    one = (fields or columns(model))[0]
    rows = model._base_manager.all()

    def by_save() -> None:
        first = rows.order_by("pk")[0]
        setattr(
            first,
            one.attname,
            next(
                each
                for each in (value(one, 1), value(one, 0))
                if each != getattr(first, one.attname)
            ),
        )
        first.save()

    def by_bulk() -> None:
        some = list(rows.order_by("pk")[1:3])
        for each in some:
            setattr(each, one.attname, value(one, 1))
        model._base_manager.bulk_update(some, [one.name])

    yield "save", by_save
    yield "bulk_update", by_bulk
    yield "update", lambda: rows.update(**{one.attname: value(one, 0)})
    yield "raw", lambda: _raw_update(model, one)


def _raw_update(model: type[models.Model], field: models.Field) -> None:
    said = field.get_db_prep_save(value(field, 1), connection)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {model._meta.db_table} SET "{field.column}" = %s', [said])


def audited(model: type[models.Model], operation: str) -> int:
    return AuditEntry.objects.filter(
        table_name=model._meta.db_table, operation=operation, actor=str(BY)
    ).count()


def touched(model: type[models.Model]) -> dict[Any, Any]:
    """Every row as it is: what differs afterwards was touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {model._meta.pk.column}, to_jsonb(t)::text FROM {model._meta.db_table} t"
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("model", guarded_models(), ids=lambda model: model._meta.label)
def test_every_path_leaves_a_row_for_each_row(
    model: type[models.Model], bare: Callable[..., None]
) -> None:
    with transaction.atomic():
        bare(model)
        with acting_as(by=BY):
            written(model)
        transaction.set_rollback(True)  # with what was taken from the table


def written(model: type[models.Model]) -> None:
    """Write to a table on every path, and count."""
    for path, write in inserts(model):
        before, told = len(touched(model)), audited(model, "insert")
        write()
        made = len(touched(model)) - before
        assert audited(model, "insert") - told == made > 0, path
    if is_insert_only(model):
        refused(model, "UPDATE", "DELETE")
    elif is_ledger(model):
        before, told = touched(model), audited(model, "update")
        model._base_manager.filter(voided_at=None).update(voided_at=now(), void_reason="Wrong")
        assert (
            audited(model, "update") - told
            == sum(before[key] != said for key, said in touched(model).items())
            > 0
        )
        refused(model, "DELETE")
    else:
        for path, write in changes(model):
            before, told = touched(model), audited(model, "update")
            write()
            changed = sum(before[key] != said for key, said in touched(model).items())
            assert audited(model, "update") - told == changed > 0, path
        removed(model)


def removed(model: type[models.Model]) -> None:
    first = model._base_manager.order_by("pk")[:1].values_list("pk", flat=True)[0]
    for rows in (model._base_manager.filter(pk=first), model._base_manager.all()):
        before, told = len(touched(model)), audited(model, "delete")
        rows._raw_delete(rows.db)
        gone = before - len(touched(model))
        assert audited(model, "delete") - told == gone > 0
    last = AuditEntry.objects.filter(table_name=model._meta.db_table, operation="delete").latest(
        "pk"
    )
    assert last.before


def refused(model: type[models.Model], *operations: str) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    said = {"UPDATE": f"UPDATE {table} SET {key} = {key}", "DELETE": f"DELETE FROM {table}"}
    for operation in operations:
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(said[operation])
