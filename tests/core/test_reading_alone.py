"""A snapshot in a transaction of its own: read-only as well as read by a role that writes nothing (`test_reading_role.py`)."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from pqip.core.snapshot import REPORTS_ROLE, snapshot
from tests.harness.database import application_role
from workforce.models import University


def asked(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def whoami() -> str:
    return asked("SELECT current_user")[0][0]


def test_a_snapshot_of_its_own_is_read_only_too(real_db: Any) -> None:
    """Whoever should get out of the role could still write nothing in it."""
    with snapshot():
        assert whoami() == REPORTS_ROLE
        asked("SELECT set_config('role', %s, true)", application_role())
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            asked("INSERT INTO workforce_university (name) VALUES ('X')")
    assert whoami() == application_role()
    assert not University.objects.filter(name="X").exists()


def test_a_process_of_the_application_becomes_it(real_db: Any) -> None:
    """Who signs in to the database is the application's role here, not the tests' owner."""
    with psycopg2.connect(real_db.url()) as own, own.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [REPORTS_ROLE])
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT * FROM core_accessentry")
