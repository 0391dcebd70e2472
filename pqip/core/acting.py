"""Who is acting. Every write names its actor to the database, and one without is refused there.

The actor is a user or a named job. `act` opens a transaction, tells the database who, why and from where, and puts
back what was said before when it closes. The audit triggers read it (`pqip/core/sql/`).

**All that the outermost `act` encloses is recorded at one instant**, whatever acts within it: what is voided and what takes
its place carry the same time, so that exactly one of them is known at any moment. The instant is taken with the first
fact that is recorded. Where one of them was recorded later than that by somebody else, the database refuses it.

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
from django.db import DatabaseError, connection, transaction

from pqip.core.errors import Conflict, NotAllowed, RuleBroken

request_id: ContextVar[str] = ContextVar("request_id", default="")
origin: ContextVar[str] = ContextVar("origin", default="command")

#: Given as `recorded_at`, each row brings the instant at which it was recorded (made-up or migrated history).
PER_ROW = "per row"

#: Who acts, and why: of each `act`, also within another.
WHO = ("actor", "reason", "origin", "request_id", "signature")
#: When it is recorded: of the outermost `act`.
WHEN = ("stated_at", "recorded_at", "recorded_signature")
#: SQLSTATE of voiding what was recorded later than the instant of voiding.
RECORDED_LATER = "PQ005"
#: SQLSTATE of recording something of somebody whose record was merged into another (`workforce/sql/`).
GONE = "PQ020"
MEANWHILE = "This was changed by somebody else at the same moment. Nothing was saved; look at what stands now."


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
    """One transaction in which `by` acts, for `reason`; within another, a part of it, recorded at the same instant.

    `recorded_at` states when old facts were recorded (an administrator loading history); the real time of loading is
    kept beside it. `PER_ROW` lets each row state its own. It is said once, by the outermost: ValueError where another
    is said within. Raises Conflict where somebody else changed the same facts, or merged the record they are of, at the same
    moment, RuleBroken where one would be corrected as of a stated time before it was recorded.
    """
    actor = actor_name(by)
    stated = recorded_at.isoformat() if isinstance(recorded_at, dt.datetime) else (recorded_at or "")
    try:
        with transaction.atomic():
            transaction_id, before = _heard()
            if before["actor"] and stated and stated != before["stated_at"]:
                raise ValueError("A change within another is recorded when the whole is.")
            when = {} if before["actor"] else {"stated_at": stated, "recorded_at": "", "recorded_signature": ""}
            signed = sign(signing_keys()[0], transaction_id, actor, when.get("stated_at", before["stated_at"]))
            said = dict(zip(WHO, (actor, reason, origin.get(), request_id.get(), signed), strict=True)) | when
            _say(said)
            yield
            _say({name: before[name] for name in said})
    except DatabaseError as error:
        if _state(error) not in (RECORDED_LATER, GONE):
            raise
        words = error.__cause__.diag.message_primary  # type: ignore[union-attr]
        if _state(error) == GONE:
            raise Conflict(words) from error
        raise (RuleBroken(words, "recorded_at") if stated or before["stated_at"] else Conflict(MEANWHILE)) from error


def signing_keys() -> list[bytes]:
    """The keys acts are signed with, the present one first: made from SECRET_KEY, and from earlier ones while those are good."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [hashlib.sha256(f"acting {secret}".encode()).digest() for secret in secrets]


def sign(key: bytes, transaction_id: str, actor: str, stated: str) -> str:
    """The signature of an act in one transaction; the database works out the same (`guard.signature`)."""
    said = "|".join((transaction_id, stated, actor)).encode()
    return hashlib.sha256(key + hashlib.sha256(key + said).digest()).hexdigest()


def _state(error: DatabaseError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "sqlstate", None)


def _heard() -> tuple[str, dict[str, str]]:
    """The transaction's id, and what the database was told so far in it."""
    ask = ", ".join(f"coalesce(current_setting('pqip.{name}', true), '')" for name in (*WHO, *WHEN))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_xact_id()::text, {ask}")
        transaction_id, *said = cursor.fetchone()
        return transaction_id, dict(zip((*WHO, *WHEN), said, strict=True))


def _say(said: dict[str, str]) -> None:
    """Tell the database these settings, for this transaction."""
    tell = ", ".join(f"set_config('pqip.{name}', %s, true)" for name in said)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tell}", list(said.values()))


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
