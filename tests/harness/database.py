"""The test database: made by the owner, used by the application's role."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from pqip.core.acting import sign, signing_keys


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Create and migrate as the owner, load the reference data, then go on as the application's role.

    With pytest's `--reuse-db` and a server that outlives the run (`DATABASE_URL`), a database made before is migrated and
    kept, so that a single test answers at once.
    """
    kept = bool(request.config.getoption("reuse_db"))
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    settings.DATABASES["default"]["TEST"]["NAME"] = connection.settings_dict["TEST"]["NAME"] = f"test_pqip_{worker or 'main'}"
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=kept, serialized_aliases=[])
        if "load_reference" in get_commands():
            call_command("load_reference", verbosity=0)
        become(application_role())
    yield
    with django_db_blocker.unblock():
        become(None)
        teardown_databases(made, verbosity=0, keepdb=kept)


def application_role() -> str:
    return str(settings.APPLICATION_ROLE)


def become(role: str | None) -> None:
    """Connect anew, acting as `role`; None is the owner who logged in."""
    connection.close()
    options = f"-c role={role}" if role else ""
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"], "options": options}


@contextmanager
def acting_as_owner() -> Iterator[Any]:
    """The connection acts as the role that owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            cursor.execute(f'SET ROLE "{before}"')


@pytest.fixture
def as_owner(db: None) -> Any:
    """A context manager within which the connection acts as the owner: `with as_owner() as cursor:`."""
    return acting_as_owner


def say(actor: str, *, reason: str = "", stated_at: str = "", cursor: Any = None) -> None:
    """Name an actor to the database, signed as an act is, for statements written by hand in this transaction.

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
    """A database of its own that commits, for tests with threads and real processes."""

    def __init__(self, name: str) -> None:
        self.name = name

    def url(self, role: str | None = None) -> str:
        host = connection.settings_dict["HOST"]
        port = connection.settings_dict["PORT"]
        place = quote(host, safe="") + (f":{port}" if port else "")
        return f"postgres://{role or application_role()}@{place}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this database."""
        return {"DATABASE_URL": self.url(), "DATABASE_OWNER_URL": self.url(connection.settings_dict["USER"])}


@pytest.fixture
def real_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[RealDatabase]:
    """A copy of the migrated database with its reference data; what is written to it is committed. Dropped afterwards."""
    name, template = f"real_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    connection.close()
    _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.settings_dict["NAME"] = name
    with django_db_blocker.unblock():
        yield RealDatabase(name)
        connection.close()
    connection.settings_dict["NAME"] = template
    _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


def _maintain(statement: str) -> None:
    at = connection.settings_dict
    server = psycopg2.connect(
        dbname="postgres", user=at["USER"], password=at["PASSWORD"], host=at["HOST"], port=at["PORT"] or None
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()
