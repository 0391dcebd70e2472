"""Who is acting. Every write names its actor to the database, and one without is refused there.

The actor is a user or a named job. `act` opens a transaction, tells the database who, why and from where, and puts
back what was said before when it closes. The audit triggers read it (`pqip/core/sql/guards.sql`).

What is said is signed for this one transaction, with a key that the database's owner keeps and the application's role
cannot read: whoever reaches the database with that role alone can name nobody, and no other time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from pqip.core.errors import NotAllowed

request_id: ContextVar[str] = ContextVar("request_id", default="")
origin: ContextVar[str] = ContextVar("origin", default="command")

#: Given as `recorded_at`, each row brings the instant at which it was recorded (made-up or migrated history).
PER_ROW = "per row"

SETTINGS = ("actor", "reason", "origin", "request_id", "stated_at", "signature", "recorded_at", "recorded_signature")
ASK = "SELECT pg_current_xact_id()::text, " + ", ".join(
    f"coalesce(current_setting('pqip.{name}', true), '')" for name in SETTINGS
)
TELL = "SELECT " + ", ".join(f"set_config('pqip.{name}', %s, true)" for name in SETTINGS)


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
    actor = actor_name(by)
    stated = recorded_at.isoformat() if isinstance(recorded_at, dt.datetime) else (recorded_at or "")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASK)
        transaction_id, *before = cursor.fetchone()
        signed = sign(signing_keys()[0], transaction_id, actor, stated)
        cursor.execute(TELL, (actor, reason, origin.get(), request_id.get(), stated, signed, "", ""))
        yield
        cursor.execute(TELL, before)


def signing_keys() -> list[bytes]:
    """The keys acts are signed with, the present one first: made from SECRET_KEY, and from earlier ones while those are good."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hashlib.sha256(f"acting {secret}".encode()).digest() for secret in secrets]


def sign(key: bytes, transaction_id: str, actor: str, stated: str) -> str:
    """The signature of an act in one transaction; the database works out the same (`guard.signature`)."""
    said = "|".join((transaction_id, stated, actor)).encode()
    return hashlib.sha256(key + hashlib.sha256(key + said).digest()).hexdigest()
