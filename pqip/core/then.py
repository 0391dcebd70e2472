"""Reads tables kept as known now as they were known at an earlier instant, recomputing as little as possible.

What follows from facts as at a day depends on no fact of a later day. Let `until` be the day of the instant asked for.
Where everything recorded since then is of later days, and nothing of later days was known then, the stored rows up to
`until` are what was known, and continued unchanged: rows that begin later are left out, and a later end was not known. This
covers nearly all keys, which the database reads as stored. The other keys, mostly a few, are `odd`: something of an earlier
day was recorded since, something was voided since, or something of a later day was known in advance and has changed. They
are recomputed. For `ahead` keys something of a later day was known and nothing has changed: their rows are used as stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pqip.core.clock import london
from pqip.core.ledger import LedgerModel
from pqip.core.snapshot import once_a_snapshot


@dataclass(frozen=True)
class Source:
    """A ledger (`f` in SQL) and the key that its facts are about.

    Also the joins that lead to the key, and SQL for facts that affect every day, whatever their own day.
    """

    ledger: type[LedgerModel]
    key: str
    joins: str = ""
    of_every_day: str = "false"

    def rows(self, condition: str) -> str:
        """Return SQL of the keys of the ledger's rows that meet a condition."""
        return ROWS.format(table=self.table, where=condition.format(of_every_day=self.of_every_day))

    def keys(self, known: str) -> str:
        """Return SQL of the keys that the rows `%(rows)s` are about, where they were known."""
        return KEYS.format(
            key=self.key, table=self.table, joins=self.joins, known=known.format(key=self.key)
        )

    @property
    def table(self) -> str:
        return self.ledger._meta.db_table


ROWS = "SELECT f.id FROM {table} f WHERE {where}"
KEYS = "SELECT DISTINCT {key} FROM {table} f {joins} WHERE f.id = ANY(%(rows)s) AND {known}"
#: Conditions on a ledger's own columns. The planner takes "recorded late" and "true early" for unrelated, so the rows are
#: found first.
LATE = "f.recorded_at > %(known_at)s AND f.voided_at IS NULL AND (f.effective_on <= %(until)s OR {of_every_day})"
UNDONE = "f.voided_at > %(known_at)s AND f.recorded_at <= %(known_at)s"
AHEAD = "f.effective_on > %(until)s AND f.recorded_at <= %(known_at)s AND f.voided_at IS NULL"
ADDED = "SELECT DISTINCT {key} FROM {table} f {joins} WHERE f.recorded_at > %(known_at)s AND {key} = ANY(%(ahead)s)"
CHANGED = """EXISTS (SELECT FROM {table} WHERE recorded_at > %(known_at)s)
    OR EXISTS (SELECT FROM {table} WHERE voided_at > %(known_at)s)"""


@dataclass(frozen=True)
class Then:
    """An earlier instant, as stored rows are read for it."""

    until: dt.date
    odd: list[int]
    ahead: list[int]

    def parameters(self, name: str) -> dict[str, Any]:
        """Return the parameters of `kept` and `ended`, under names of this one's own."""
        return {f"{name}_until": self.until, f"{name}_odd": self.odd, f"{name}_ahead": self.ahead}

    def kept(self, name: str, key: str, from_on: str) -> str:
        """Return the SQL condition for stored rows that were known."""
        begun = f"{from_on} <= %({name}_until)s" + (
            f" OR {key} = ANY(%({name}_ahead)s)" if self.ahead else ""
        )
        return f"({begun})" + (f" AND NOT {key} = ANY(%({name}_odd)s)" if self.odd else "")

    def ended(self, name: str, key: str, to_on: str) -> str:
        """Return SQL for the end of such a row as it was known."""
        unknown = f"{to_on} > %({name}_until)s" + (
            f" AND NOT {key} = ANY(%({name}_ahead)s)" if self.ahead else ""
        )
        return f"CASE WHEN {unknown} THEN NULL ELSE {to_on} END"


def is_of_then(parameters: Collection[str]) -> bool:
    """Return whether a query with these parameters reads stored rows as known at an earlier instant."""
    return any(name.endswith("_until") for name in parameters)


def then(
    sources: Sequence[Source],
    known_at: dt.datetime | None,
    *,
    known: str = "true",
    latest: dt.date | None = None,
) -> Then | None:
    """Return how to read, for an instant, what is stored of these ledgers; None where nothing has changed since.

    `known` is SQL for whether a fact's key was on record then; other keys need no recomputation. `latest` is the last day
    asked about, where that is earlier than the instant's day.
    """
    if known_at is None or not _changed(sources, known_at):
        return None
    day = day_of(known_at)
    asked: dict[str, Any] = {"known_at": known_at, "until": min(day, latest) if latest else day}
    odd, ahead = (
        set(_keys(sources, [LATE, UNDONE], known, asked)),
        set(_keys(sources, [AHEAD], known, asked)),
    )
    asked["ahead"] = sorted(ahead - odd)
    if asked["ahead"]:
        odd |= _added(sources, asked)
    return Then(asked["until"], sorted(odd), sorted(ahead - odd))


def day_of(known_at: dt.datetime) -> dt.date:
    """Return the day up to which stored rows are used.

    Any day would give the same answer; with this one the fewest keys are odd.
    """
    return london(known_at).date()


def _changed(sources: Sequence[Source], known_at: dt.datetime) -> bool:
    conditions = " OR ".join(CHANGED.format(table=one.table) for one in sources)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {conditions}", {"known_at": known_at})
        return cursor.fetchone()[0]


def _keys(
    sources: Sequence[Source], conditions: Sequence[str], known: str, asked: dict[str, Any]
) -> Iterator[int]:
    """Yield the keys that the rows meeting one of the conditions are about."""
    with connection.cursor() as cursor:
        for source in sources:
            sql = " UNION ALL ".join(source.rows(condition) for condition in conditions)
            if rows := _rows(sql, asked["known_at"], asked["until"]):
                cursor.execute(source.keys(known), asked | {"rows": rows})
                yield from (key for (key,) in cursor.fetchall())


@once_a_snapshot
def _rows(sql: str, known_at: dt.datetime, until: dt.date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"known_at": known_at, "until": until})
        return [key for (key,) in cursor.fetchall()]


def _added(sources: Sequence[Source], asked: dict[str, Any]) -> set[int]:
    """Return those of the keys ahead to which something was added since."""
    parts = [ADDED.format(key=one.key, table=one.table, joins=one.joins) for one in sources]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), asked)
        return {key for (key,) in cursor.fetchall()}
