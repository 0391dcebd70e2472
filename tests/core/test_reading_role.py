"""The role that reports read with: it may read facts, writes nothing, and sees neither logs nor credentials (TRUST CF5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models

from pqip.core.checks import reports_read_with_a_role_of_their_own
from pqip.core.exempt import UNREAD_BY_REPORTS, UNREAD_COLUMNS
from pqip.core.guards import is_read_by_reports
from pqip.core.snapshot import REPORTS_ROLE, snapshot
from tests.factories.workforce import person, user
from tests.harness.database import application_role
from workforce.models import Person, User

pytestmark = pytest.mark.django_db
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
#: What gets somebody in, or says who did what: named one by one, so that another list than the guards' own is compared with them.
NEVER = [
    "core_accessentry",
    "core_auditentry",
    "core_sentform",
    "django_session",
    "usersessions_usersession",
    "mfa_authenticator",
    "account_emailaddress",
    "account_emailconfirmation",
    "core_exportallowance",
    "jobs_job",
    "post_message",
    "exchange_importrun",
]


def asked(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def whoami() -> str:
    return asked("SELECT current_user")[0][0]


@pytest.mark.parametrize("table", NEVER)
def test_logs_and_credentials_are_not_read(table: str) -> None:
    assert table in MODELS
    with pytest.raises(DatabaseError, match="permission denied"), snapshot():
        asked(f"SELECT * FROM {table}")


def test_of_an_account_everything_but_the_password_is_read() -> None:
    account = user(email="reader@example.com")
    with snapshot():
        assert asked("SELECT email FROM workforce_user WHERE id = %s", account.pk) == [
            ("reader@example.com",)
        ]
    with pytest.raises(DatabaseError, match="permission denied"), snapshot():
        asked("SELECT password FROM workforce_user")
    with pytest.raises(DatabaseError, match="permission denied"), snapshot():
        list(User.objects.all())


@pytest.mark.parametrize("write", [
    "INSERT INTO workforce_university (name) VALUES ('X')", "UPDATE workforce_person SET last_name = 'X'",
    "DELETE FROM workforce_university", "TRUNCATE workforce_university", "DELETE FROM core_accessentry",
])  # fmt: skip
def test_nothing_is_written(write: str) -> None:
    person("N1")
    with pytest.raises(DatabaseError, match="permission denied"), snapshot():
        asked(write)
    assert Person.objects.get(staff_number="N1").last_name != "X"


def test_every_table_is_read_as_it_is_said_and_none_is_written() -> None:
    rights: dict[str, set[str]] = {table: set() for table in MODELS}
    for table in MODELS:
        for right in ("SELECT", *WRITES):
            if asked("SELECT has_table_privilege(%s, %s, %s)", REPORTS_ROLE, table, right)[0][0]:
                rights[table].add(right)
    columns = {model for model, _hidden in UNREAD_COLUMNS.items()}
    whole = {
        table
        for table, model in MODELS.items()
        if is_read_by_reports(model) and model._meta.label not in columns
    }
    assert {table for table, held in rights.items() if held} == whole
    assert {right for held in rights.values() for right in held} == {"SELECT"}


def test_what_is_named_exists() -> None:
    assert all(
        issubclass(apps.get_model(label), models.Model)
        for label in [*UNREAD_BY_REPORTS, *UNREAD_COLUMNS]
    )
    for label, hidden in UNREAD_COLUMNS.items():
        assert hidden <= {field.column for field in apps.get_model(label)._meta.concrete_fields}


def test_it_can_neither_sign_in_nor_become_another_and_owns_nothing() -> None:
    found = asked(
        "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = %s",
        REPORTS_ROLE,
    )
    assert found == [(False,) * 5]
    assert asked("SELECT 1 FROM pg_class WHERE relowner = %s::regrole", REPORTS_ROLE) == []
    assert (
        asked(
            "SELECT rolname FROM pg_roles WHERE rolname <> %s AND pg_has_role(%s, oid, 'MEMBER')",
            REPORTS_ROLE,
            REPORTS_ROLE,
        )
        == []
    )


def test_within_a_transaction_that_writes_the_snapshot_alone_is_read_so() -> None:
    assert whoami() == application_role()
    with snapshot():
        assert whoami() == REPORTS_ROLE
    assert whoami() == application_role()
    with pytest.raises(ZeroDivisionError), snapshot():
        raise ZeroDivisionError
    assert whoami() == application_role()


def test_the_check_says_where_there_is_no_such_role(
    as_owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reports_read_with_a_role_of_their_own() == []
    monkeypatch.setattr("pqip.core.checks.MAY_BECOME", "SELECT false")
    (warned,) = reports_read_with_a_role_of_their_own()
    assert warned.id == "core.W007"
    assert "CREATE ROLE pqip_reports" in warned.hint
