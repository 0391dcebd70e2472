"""Every ledger of the project, beneath every form: nothing is rewritten, nothing written by nobody, everything audited.

The ledgers are read from the model registry, so a new one is swept as soon as it exists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from pqip.core import clock
from pqip.core.bulk import between_parts
from pqip.core.guards import is_audited
from pqip.core.models import AuditEntry
from tests.core.rows import LEDGERS, WAYS, by_insert, newest, of_every_ledger
from tests.harness.database import acting_as_owner, say

LONG_AGO = "'2001-02-03T04:05:06Z'::timestamptz"
VOID = "UPDATE {table} SET voided_at = now(), void_reason = 'Wrong' WHERE id = {key}"
#: What the owner, who may do anything to a table, is still refused.
REWRITING = {
    "UPDATE {table} SET effective_on = effective_on + 1 WHERE id = {key}": "never changed",
    "UPDATE {table} SET recorded_at = now() WHERE id = {key}": "never changed",
    "UPDATE {table} SET voided_at = now(), void_reason = 'x', effective_on = effective_on + 1 WHERE id = {key}": "never changed",
    "UPDATE {table} SET voided_at = now() WHERE id = {key}": "needs a reason",
    "DELETE FROM {table} WHERE id = {key}": "is refused",
    "DELETE FROM {table} WHERE false": "is refused",
    "TRUNCATE {table} CASCADE": "is refused",
}
every_ledger = pytest.mark.parametrize("model", LEDGERS, ids=lambda model: model._meta.label)


@pytest.fixture(scope="module")
def _written(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A row of every ledger, written once; no test leaves anything behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        of_every_ledger()
        between_parts()  # what waits for the end of the transaction is checked now
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _tried(_written: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        name("job:attack")
        yield
        transaction.set_rollback(True)


def name(actor: str, stated_at: str = "") -> None:
    """Say who acts, and when what is written was recorded."""
    say(actor, reason="sweep", stated_at=stated_at)


def run(statement: str, model: type[models.Model], key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=model._meta.db_table, key=key))


def refused(work: Callable[..., Any], *arguments: Any) -> str:
    """What the database says to something it must refuse."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        work(*arguments)
    return str(error.value)


@every_ledger
def test_the_application_may_neither_change_nor_delete_nor_truncate(
    model: type[models.Model],
) -> None:
    key = newest(model)
    for statement in REWRITING:
        if statement.startswith("UPDATE {table} SET voided_at"):
            continue  # the next test says which columns may be written
        assert "permission denied" in refused(run, statement, model, key), statement


@every_ledger
def test_the_application_may_write_the_void_columns_and_no_other(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns WHERE table_name = %s "
            "AND has_column_privilege(%s, column_name, 'UPDATE')",
            [table, table],
        )
        changeable = cursor.fetchone()[0]
        cursor.execute(
            "SELECT has_table_privilege(%s, 'DELETE') OR has_table_privilege(%s, 'TRUNCATE')",
            [table, table],
        )
        assert cursor.fetchone() == (False,)
    assert changeable == ["void_reason", "voided_at", "voided_by"]


@every_ledger
@pytest.mark.parametrize(("statement", "said"), REWRITING.items())
def test_nor_may_the_owner_by_mistake(model: type[models.Model], statement: str, said: str) -> None:
    key = newest(model)
    with acting_as_owner():
        assert said in refused(run, statement, model, key)


@every_ledger
@pytest.mark.parametrize("way", WAYS)
def test_a_write_by_nobody_is_refused(model: type[models.Model], way: str) -> None:
    key = newest(model)
    name("")
    assert "names no actor" in refused(WAYS[way], model, key)
    assert "names no actor" in refused(run, VOID, model, key)


@pytest.mark.parametrize(
    "model", [model for model in LEDGERS if is_audited(model)], ids=lambda model: model._meta.label
)
@pytest.mark.parametrize("way", WAYS)
def test_a_named_write_leaves_its_audit(model: type[models.Model], way: str) -> None:
    key = newest(model)
    run(VOID, model, key)
    WAYS[way](model, key)
    fresh, told = (
        newest(model),
        AuditEntry.objects.filter(table_name=model._meta.db_table, reason="sweep"),
    )
    voided, inserted = told.get(row_key=key), told.get(row_key=fresh)
    assert fresh > key
    assert (voided.operation, voided.actor) == ("update", "job:attack")
    assert set(voided.after) == {"voided_at", "voided_by", "void_reason"}
    assert (inserted.operation, inserted.actor, inserted.after) == ("insert", "job:attack", None)
    row = model._base_manager.get(pk=fresh)
    assert (row.recorded_by, row.voided_at, row.loaded_at) == ("job:attack", None, None)


@every_ledger
def test_it_is_voided_once_by_whoever_acts(model: type[models.Model]) -> None:
    key = newest(model)
    run(
        VOID.replace("voided_at = now()", f"voided_at = {LONG_AGO}, voided_by = 'user:1'"),
        model,
        key,
    )
    row = model._base_manager.get(pk=key)
    assert (row.voided_by, row.void_reason) == ("job:attack", "Wrong")
    assert clock.now() - row.voided_at < dt.timedelta(minutes=5), "the database says when"
    assert "already void" in refused(run, VOID, model, key)


@every_ledger
def test_the_writer_sets_neither_when_nor_by_whom(model: type[models.Model]) -> None:
    key = newest(model)
    run(VOID, model, key)
    by_insert(
        model,
        key,
        recorded_at=LONG_AGO,
        recorded_by="'user:1'",
        loaded_at=LONG_AGO,
        voided_by="'user:1'",
    )
    row = model._base_manager.get(pk=newest(model))
    assert (row.recorded_by, row.voided_by, row.loaded_at) == ("job:attack", "", None)
    assert clock.now() - row.recorded_at < dt.timedelta(minutes=5)


@every_ledger
def test_nothing_is_recorded_as_void_or_in_the_future(model: type[models.Model]) -> None:
    key = newest(model)
    assert "recorded as void" in refused(lambda: by_insert(model, key, voided_at=LONG_AGO))
    name("job:attack", stated_at="per row")
    assert "in the future" in refused(
        lambda: by_insert(model, key, recorded_at="now() + interval '1 day'")
    )
