"""Who is acting. Every write names its actor to the database, and one without is refused there.

The actor is a user or a named job. `act` opens a transaction, tells the database who, why and from where, and puts
back what was said before when it closes. The audit triggers read it (`pqip/core/sql/guards.sql`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from pqip.core.errors import NotAllowed

request_id: ContextVar[str] = ContextVar("request_id", default="")
origin: ContextVar[str] = ContextVar("origin", default="command")

#: Given as `recorded_at`, each row brings the instant at which it was recorded (made-up or migrated history).
PER_ROW = "per row"

SETTINGS = ("actor", "reason", "origin", "request_id", "stated_at", "recorded_at")


@dataclass(frozen=True)
class Job:
    """A named job of the system, where no person acts: `Job("import")`, `Job("scheduler")`."""

    name: str
    is_job = True

    def __str__(self) -> str:
        return f"job:{self.name}"


def actor_name(by: Any) -> str:
    """How the database knows `by`: `user:<key>` or `job:<name>`.

    Raises NotAllowed for anybody who is not a saved, active user or a named job.
    """
    if isinstance(by, Job) and by.name:
        return str(by)
    if getattr(by, "pk", None) and getattr(by, "is_active", False):
        return f"user:{by.pk}"
    raise NotAllowed("Every change names the person or the job that makes it.")


@contextmanager
def act(*, by: Any, reason: str = "", recorded_at: dt.datetime | str | None = None) -> Iterator[None]:
    """One transaction in which `by` acts, for `reason`.

    `recorded_at` states when old facts were recorded (an administrator loading history); the real time of loading is
    kept beside it. `PER_ROW` lets each row state its own.
    """
    stated = recorded_at.isoformat() if isinstance(recorded_at, dt.datetime) else (recorded_at or "")
    said = (actor_name(by), reason, origin.get(), request_id.get(), stated, "")
    with transaction.atomic():
        before = _say(said)
        yield
        _say(before)


def _say(values: tuple[str, ...]) -> tuple[str, ...]:
    """Tell the database the six settings, for this transaction, and return what they were."""
    ask = ", ".join(f"coalesce(current_setting('pqip.{name}', true), '')" for name in SETTINGS)
    tell = ", ".join(f"set_config('pqip.{name}', %s, true)" for name in SETTINGS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ask}")
        before = cursor.fetchone()
        cursor.execute(f"SELECT {tell}", values)
    return before


class _Undone(Exception):
    """Ends a rehearsal; nothing it did remains."""


@contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever is done within is undone at the end: an action asked so says what it would refuse, and records nothing."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass
