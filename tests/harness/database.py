"""The test database: created by the owner, used by the application's role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from pqip.core.acting import sign, signing_keys
from tests.harness.template import connect_to, copy_template, maintain


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Provide this process's own database, a copy of the migrated template, used as the application's role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"test_pqip_{worker}_{os.getpid()}"
    with django_db_blocker.unblock():
        copy_template(name)
        connect_to(name)
        become(application_role())
    yield
    with django_db_blocker.unblock():
        become(None)
        maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def application_role() -> str:
    return str(settings.APPLICATION_ROLE)


def become(role: str | None) -> None:
    """Reconnect as `role`; None is the owner who logged in."""
    connection.close()
    options = f"-c role={role}" if role else ""
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        "options": options,
    }


@contextmanager
def acting_as_owner() -> Iterator[Any]:
    """Let the connection act as the role that owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            cursor.execute(f'SET ROLE "{before}"')


@contextmanager
def without_guard(table: str, trigger: str = "USER") -> Iterator[None]:
    """Act as the owner, with one trigger of a table switched off (by default all): to write what no action and no file
    could, as a fault beneath them would.
    """
    with acting_as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def as_owner(db: None) -> Any:
    """Return a context manager in which the connection acts as the owner: `with as_owner() as cursor:`."""
    return acting_as_owner


def say(actor: str, *, reason: str = "", stated_at: str = "", cursor: Any = None) -> None:
    """Name an actor to the database, signed as in `acting_as`, for SQL written by hand in this transaction.

    With `cursor`, in the transaction that is open on that connection.
    """
    cursor = cursor or connection.cursor()
    cursor.execute("SELECT pg_current_xact_id()::text")
    (transaction_id,) = cursor.fetchone()
    said = {
        "actor": actor, "reason": reason, "stated_at": stated_at, "recorded_at": "", "recorded_signature": "",
        "signature": sign(signing_keys()[0], transaction_id, actor, stated_at),
    }  # fmt: skip
    for setting, value in said.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [f"pqip.{setting}", value])


class RealDatabase:
    """A separate database that commits, for tests with threads and real processes."""

    def __init__(self, name: str) -> None:
        self.name = name

    def url(self, role: str | None = None) -> str:
        host = connection.settings_dict["HOST"]
        port = connection.settings_dict["PORT"]
        place = quote(host, safe="") + (f":{port}" if port else "")
        return f"postgres://{role or application_role()}@{place}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables with which a process uses this database."""
        return {
            "DATABASE_URL": self.url(),
            "DATABASE_OWNER_URL": self.url(connection.settings_dict["USER"]),
        }


@pytest.fixture
def real_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[RealDatabase]:
    """Provide a copy of the migrated database with its reference data, in which writes are committed; it is dropped
    afterwards.
    """
    name, before = f"real_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    copy_template(name)
    connect_to(name)
    with django_db_blocker.unblock():
        yield RealDatabase(name)
    connect_to(before)
    maintain(f'DROP DATABASE "{name}" WITH (FORCE)')
