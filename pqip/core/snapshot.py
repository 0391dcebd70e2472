"""Reading as known at an instant, from one snapshot.

A fact's `recorded_at` is set while its transaction is still open. The present instant is therefore not a safe *known at*: a
write that began earlier may commit later and change the answer. Every recording transaction holds an advisory lock that
names the second in which it began (`core_recording_instant`), and a reader takes an instant before the oldest of them.

A snapshot cannot write, for two reasons: its transaction is read-only, and its statements run as a role that may read facts
and what is derived from them, but neither logs nor credentials (`guards.py`). Without that role (`check --deploy` reports
this) only the first applies.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction

from pqip.core.errors import RuleBroken

LOCK_CLASS = 770001
REPORTS_ROLE = "pqip_reports"
READ_ONLY = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ROLE = (
    f"FROM pg_roles WHERE rolname = '{REPORTS_ROLE}' AND pg_has_role(session_user, oid, 'MEMBER')"
)
#: The role until the end of the transaction; the application's role is a member of it and of no other.
BECOME = f"SELECT set_config('role', rolname, true) {_ROLE}"
BEGIN = f"{READ_ONLY}; {BECOME}"
MAY_BECOME = f"SELECT EXISTS (SELECT {_ROLE})"
MICROSECOND = dt.timedelta(microseconds=1)
OLDEST_OPEN_WRITE = """
SELECT to_timestamp(1577836800 + min(objid::bigint)) FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
WAIT_SECONDS = 30

#: What is to be done once the present snapshot has ended; None outside one.
_later: ContextVar[list[Callable[[], None]] | None] = ContextVar("later", default=None)
#: Answers within the present snapshot; None outside one, and within a transaction that may write.
_answered: ContextVar[dict[Any, Any] | None] = ContextVar("answered", default=None)
Answered = TypeVar("Answered", bound=Callable[..., Any])


def once_a_snapshot(question: Answered) -> Answered:
    """Decorate a function of plain values that queries the database, so that repeated calls within one snapshot reuse the
    answer.
    """

    @wraps(question)
    def ask(*values: Any) -> Any:
        answered = _answered.get()
        if answered is None:
            return question(*values)
        key = (question, values)
        if key not in answered:
            answered[key] = question(*values)
        return answered[key]

    return ask  # type: ignore[return-value]


def after_the_snapshot(do: Callable[[], None]) -> None:
    """Do something once the snapshot that is read from has ended, such as writing down what was worked out; at once outside one.

    Not done where the snapshot ends in an error.
    """
    waiting = _later.get()
    if waiting is None:
        do()
    else:
        waiting.append(do)


def safe_known_at() -> dt.datetime:
    """Return the latest instant before which no write is still open. The clock must be read before the locks."""
    instant = _database_clock()
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_OPEN_WRITE, [LOCK_CLASS])
        opened = cursor.fetchone()[0]
    return min(instant, opened or instant) - MICROSECOND


@contextmanager
def snapshot(known_at: dt.datetime | None = None) -> Iterator[dt.datetime]:
    """Enclose reads of one unchanging snapshot; yields the instant at which it is known.

    With `known_at`, waits until no write from before it is open. Raises RuleBroken for an instant in the future, or when an
    earlier write stays open too long.
    """
    instant = _settle(known_at) if known_at else safe_known_at()
    waiting: list[Callable[[], None]] = []
    token = _later.set(waiting)
    try:
        with _within_atomic() if connection.in_atomic_block else _of_its_own():
            yield instant
    finally:
        _later.reset(token)
    for do in waiting:
        do()


@contextmanager
def _of_its_own() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BEGIN)
        token = _answered.set({})
        try:
            yield
        finally:
            _answered.reset(token)


@contextmanager
def _within_atomic() -> Iterator[None]:
    """Within a transaction that may write."""
    with transaction.atomic(), _reading():
        yield


@contextmanager
def _reading() -> Iterator[None]:
    """Read as the role of reports within a transaction that may write, and return to the former role; after an error the
    savepoint does that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (before,) = cursor.fetchone()
        cursor.execute(BECOME)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [before])


def _settle(known_at: dt.datetime) -> dt.datetime:
    if known_at > _database_clock():
        raise RuleBroken("Known at must not be in the future.", "known_at")
    for _attempt in range(WAIT_SECONDS * 10):
        if safe_known_at() >= known_at:
            return known_at
        time.sleep(0.1)
    raise RuleBroken(
        "A change begun before that time is still being saved. Try again in a minute.", "known_at"
    )


def _database_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
