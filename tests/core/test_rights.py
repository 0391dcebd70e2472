"""What the application's role may do with each table: it owns none, and may neither truncate nor delete what is kept."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from pqip.core.acting import acting_as
from pqip.core.guards import is_insert_only, is_ledger
from pqip.core.models import AccessEntry, AuditEntry
from pqip.core.snapshot import REPORTS_ROLE
from tests.factories.workforce import BY, user
from tests.harness.database import application_role
from tests.personas import client_for, persona
from workforce.models import User

pytestmark = pytest.mark.django_db
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
VOIDING = {"voided_at", "voided_by", "void_reason"}
NEVER = ("TRUNCATE", "REFERENCES", "TRIGGER")


def asked(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tables() -> list[str]:
    return [
        name for (name,) in asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]


def held(table: str) -> set[str]:
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", *NEVER)
    return {
        right
        for right in rights
        if asked("SELECT has_table_privilege(current_user, %s, %s)", table, right)[0][0]
    }


def expected(model: type[models.Model] | None) -> set[str]:
    """What a table's kind allows; a table no model is of (the list of migrations) is only read."""
    if model is None or model is AuditEntry:
        return {"SELECT"}
    if is_ledger(model) or is_insert_only(model):
        return {"SELECT", "INSERT"}
    return {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_every_table_gives_what_its_kind_allows_and_no_more() -> None:
    found = {table: held(table) for table in tables()}
    assert set(MODELS) <= set(found)
    assert {
        table: rights for table, rights in found.items() if rights != expected(MODELS.get(table))
    } == {}


@pytest.mark.parametrize(
    "table", sorted(table for table, model in MODELS.items() if is_ledger(model))
)
def test_of_a_ledger_only_its_voiding_is_written_later(table: str) -> None:
    may = asked(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(current_user, attrelid, attnum, 'UPDATE')",
        table,
    )
    assert {name for (name,) in may} == VOIDING


def test_it_owns_nothing_and_makes_nothing() -> None:
    role = application_role()
    owned = asked(
        "SELECT relname FROM pg_class WHERE relowner = %s::regrole "
        "UNION ALL SELECT proname FROM pg_proc WHERE proowner = %s::regrole "
        "UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = %s::regrole "
        "UNION ALL SELECT datname FROM pg_database WHERE datdba = %s::regrole",
        role,
        role,
        role,
        role,
    )
    assert owned == []
    made = asked(
        "SELECT has_schema_privilege(current_user, 'public', 'CREATE'), has_database_privilege(current_user, current_database(), "
        "'CREATE'), has_database_privilege(current_user, current_database(), 'TEMPORARY'), has_schema_privilege(current_user, "
        "'guard', 'USAGE')"
    )
    assert made == [(False, False, False, False)]
    members = asked(
        "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"
    )
    assert members == [(REPORTS_ROLE,)], (
        "which reads less than it and writes nothing: test_reading_role.py"
    )


@pytest.mark.parametrize("table", ["core_auditentry", "core_accessentry"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET actor = 'job:other'",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "TRUNCATE {0} CASCADE",
    ],
)
def test_what_was_written_of_changes_and_readings_stays(
    table: str, statement: str, as_owner
) -> None:
    """Neither the application's role nor the owner's changes it; the owner would have to lift the guard first."""
    user()
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    with acting_as(by=BY):
        AccessEntry.objects.create(actor=str(BY), kind="view", what="a:b")
    with (
        as_owner(),
        pytest.raises(DatabaseError, match="is refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_neither_log_holds_anybody_back_nor_goes_with_them() -> None:
    """No foreign key leads from them or to them: who is in them may go, and they stay readable."""
    keys = asked(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND (conrelid IN ('core_auditentry'::regclass, "
        "'core_accessentry'::regclass) OR confrelid IN ('core_auditentry'::regclass, 'core_accessentry'::regclass))"
    )
    assert keys == []
    gone = user(email="gone@example.com")
    with acting_as(by=gone):
        AccessEntry.objects.create(
            user=gone, actor=f"user:{gone.pk}", kind="view", what="workforce:thing"
        )
    with acting_as(by=BY):
        User.objects.filter(pk=gone.pk)._raw_delete("default")
    assert AuditEntry.objects.filter(table_name="workforce_user", row_key=gone.pk).count() == 2
    page = client_for(persona("data_protection")).get("/access-log/")
    assert page.status_code == 200
    assert f"user:{gone.pk}" in page.content.decode()
