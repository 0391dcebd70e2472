"""Who is acting. Every write names its actor to the database, which refuses a write without one.

The actor is a user or a named job. `acting_as` opens a transaction, tells the database who acts, why and when, and restores
what was set before when it closes. The audit triggers read these settings (`pqip/core/sql/`).

**Everything within the outermost `acting_as` is recorded at one instant**, including nested ones: what is voided and what
replaces it have the same time, so that exactly one of them is known at any moment. The instant is taken when the first fact
is recorded. Where somebody else recorded one of the facts later than that, the database refuses the write.

The settings are signed for this one transaction, with a key that the database's owner keeps and the application's role
cannot read: whoever reaches the database with only that role cannot name an actor or another time.
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
from django.db import DatabaseError, connection, transaction

from pqip.core.errors import Conflict, NotAllowed, RuleBroken

request_id: ContextVar[str] = ContextVar("request_id", default="")
origin: ContextVar[str] = ContextVar("origin", default="command")

#: As `recorded_at`, it lets each row state the instant at which it was recorded (made-up or migrated history).
PER_ROW = "per row"

#: The settings for the actor and the reason; a nested `acting_as` sets its own.
WHO = ("actor", "reason", "origin", "request_id", "signature")
#: The setting for the instant of recording, set only by the outermost `acting_as`.
WHEN = ("stated_at", "recorded_at", "recorded_signature")
#: The SQLSTATE raised where a row is voided as of an instant before it was recorded.
RECORDED_LATER = "PQ005"
#: The SQLSTATE raised where something is recorded of a person whose record was merged into another (`workforce/sql/`).
GONE = "PQ020"
MEANWHILE = "This was changed by somebody else at the same moment. Nothing was saved; look at what stands now."


@dataclass(frozen=True)
class Job:
    """A named job of the system, which acts where no person does: `Job("import")`, `Job("scheduler")`."""

    name: str
    is_job = True

    def __str__(self) -> str:
        return f"job:{self.name}"


def actor_name(by: Any) -> str:
    """Return the database's name for `by`: `user:<key>` or `job:<name>`.

    Raises NotAllowed for anything but a saved, active user or a named job.
    """
    if isinstance(by, Job) and by.name:
        return str(by)
    if getattr(by, "pk", None) and getattr(by, "is_active", False):
        return f"user:{by.pk}"
    raise NotAllowed("Every change names the person or the job that makes it.")


@contextmanager
def acting_as(
    *, by: Any, reason: str = "", recorded_at: dt.datetime | str | None = None
) -> Iterator[None]:
    """Open a transaction in which `by` acts, for `reason`; nested, it joins the outer one and its instant.

    `recorded_at` states when old facts were recorded (an administrator who loads history); the real time of loading is kept
    beside it. `PER_ROW` lets each row state its own. Only the outermost may state it.

    Raises ValueError where a nested one states another `recorded_at`; Conflict where somebody else changed the same facts,
    or merged the record they are of, at the same moment; RuleBroken where a fact would be corrected as of a time before it
    was recorded.
    """
    actor = actor_name(by)
    stated = (
        recorded_at.isoformat() if isinstance(recorded_at, dt.datetime) else (recorded_at or "")
    )
    try:
        with transaction.atomic():
            transaction_id, before = _settings_so_far()
            if before["actor"] and stated and stated != before["stated_at"]:
                raise ValueError("A change within another is recorded when the whole is.")
            when = (
                {}
                if before["actor"]
                else {"stated_at": stated, "recorded_at": "", "recorded_signature": ""}
            )
            signed = sign(
                signing_keys()[0], transaction_id, actor, when.get("stated_at", before["stated_at"])
            )
            settings_made = (
                dict(zip(WHO, (actor, reason, origin.get(), request_id.get(), signed), strict=True))
                | when
            )
            _set_in_database(settings_made)
            yield
            _set_in_database({name: before[name] for name in settings_made})
    except DatabaseError as error:
        if _state(error) not in (RECORDED_LATER, GONE):
            raise
        cause: Any = error.__cause__
        words = cause.diag.message_primary
        if _state(error) == GONE:
            raise Conflict(words) from error
        raise (
            RuleBroken(words, "recorded_at")
            if stated or before["stated_at"]
            else Conflict(MEANWHILE)
        ) from error


def signing_keys() -> list[bytes]:
    """Return the keys with which acts are signed, the current one first: derived from SECRET_KEY and its valid fallbacks."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hashlib.sha256(f"acting {secret}".encode()).digest() for secret in secrets]


def sign(key: bytes, transaction_id: str, actor: str, stated: str) -> str:
    """Return the signature of an act in one transaction, as the database also computes it (`guard.signature`)."""
    message = "|".join((transaction_id, stated, actor)).encode()
    return hashlib.sha256(key + hashlib.sha256(key + message).digest()).hexdigest()


def _state(error: DatabaseError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "sqlstate", None)


def _settings_so_far() -> tuple[str, dict[str, str]]:
    """Return the transaction's id, and the settings made in it so far."""
    ask = ", ".join(f"coalesce(current_setting('pqip.{name}', true), '')" for name in (*WHO, *WHEN))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_xact_id()::text, {ask}")
        transaction_id, *values = cursor.fetchone()
        return transaction_id, dict(zip((*WHO, *WHEN), values, strict=True))


def _set_in_database(values: dict[str, str]) -> None:
    """Set these settings in the database, for this transaction."""
    tell = ", ".join(f"set_config('pqip.{name}', %s, true)" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tell}", list(values.values()))


class _Undone(Exception):
    """Ends a rehearsal, so that its transaction is rolled back."""


@contextmanager
def rehearsal() -> Iterator[None]:
    """Roll back everything that is done within: an action reports what it would refuse and records nothing."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass
