"""The template of every test database: migrated by the owner, with the reference data, made once and then copied.

Its name depends on its content (`schema.py`), so that a changed migration or guard makes another. It is dropped at the end
of the run unless the run was told to keep it (`--reuse-db`); `--create-db` makes it again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.harness.schema import schema_key

PREFIX = "pqip_tests_"
#: The number of templates that a kept server holds: those of the branches between which somebody switches.
KEPT = 4


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("create_db") and not is_worker(session.config):
        drop_template()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the template on a server that outlives the run, unless the run is told to keep it."""
    if not session.config.getoption("reuse_db") and not is_worker(session.config):
        with contextlib.suppress(
            psycopg2.OperationalError
        ):  # another run is copying it, or the server is gone
            drop_template()


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process was started by another for its share of the tests."""
    return hasattr(config, "workerinput")


def copy_template(name: str) -> None:
    """Create the database `name`; the first process makes the template, and the others wait for it."""
    with alone() as cursor:
        template = template_name()
        if template not in _templates(cursor):
            _make(cursor, template)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        cursor.execute(
            f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC'
        )  # a copy has the tables' rights, but not the database's


@cache
def template_name() -> str:
    """Return the template's name, computed once in a process, before any test changes settings."""
    return PREFIX + schema_key()


def drop_template() -> None:
    with alone() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{template_name()}"')


def connect_to(name: str) -> None:
    """Use the database `name` for this process's connection from now on."""
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def maintain(statement: str) -> None:
    """Run one statement as the owner, outside any transaction and any test's database."""
    with server() as cursor:
        cursor.execute(statement)


@contextlib.contextmanager
def server() -> Iterator[Any]:
    at = connection.settings_dict
    opened = psycopg2.connect(
        dbname="postgres",
        user=at["USER"],
        password=at["PASSWORD"],
        host=at["HOST"],
        port=at["PORT"] or None,
    )
    opened.autocommit = True
    try:
        with opened.cursor() as cursor:
            yield cursor
    finally:
        opened.close()


@contextlib.contextmanager
def alone() -> Iterator[Any]:
    """Let only one process at a time go on: a template can be copied only while nobody is connected to it."""
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        yield cursor


def _templates(cursor: Any) -> list[str]:
    """Return the finished templates, newest first."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s ORDER BY oid DESC",
        [f"^{PREFIX}[0-9a-f]+$"],
    )
    return [name for (name,) in cursor.fetchall()]


def _make(cursor: Any, template: str) -> None:
    """Make the template under another name first, so that an unfinished one is never taken for a template."""
    for old in _templates(cursor)[KEPT - 1 :]:
        cursor.execute(f'DROP DATABASE "{old}"')
    before, unfinished = connection.settings_dict["NAME"], f"{template}_unfinished"
    connection.settings_dict["TEST"]["NAME"] = unfinished
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("load_reference", verbosity=0)
    connect_to(before)
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
