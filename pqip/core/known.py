"""SQL of what is known at an instant, for the relations that answer about many people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import connection

from pqip.core.ledger import KnownLedger, kept_columns


def known_sql(alias: str, known_at: dt.datetime | None) -> str:
    """The condition that keeps a ledger's rows as known at `%(known_at)s`; what is known now where it is None."""
    if known_at is None:
        return f"{alias}.voided_at IS NULL"
    return f"({alias}.recorded_at <= %(known_at)s AND ({alias}.voided_at IS NULL OR {alias}.voided_at > %(known_at)s))"


#: What the table says now, with those rows of which something else was known then taken from the ledger; or, where a row is none
#: before it was first recorded, what the ledger held: one row of each at any instant.
HELD = "SELECT f.{theirs}, {kept} FROM {ledger} f WHERE {known}"
NOW = "SELECT t.{own} AS {theirs}, {columns} FROM {table} t"
THEN = """
WHERE NOT t.{own} = ANY(%({name})s)
UNION ALL (SELECT DISTINCT ON (f.{theirs}) f.{theirs}, {kept} FROM {ledger} f
    WHERE f.{theirs} = ANY(%({name})s) AND {known} ORDER BY f.{theirs}, ({then}) DESC, f.recorded_at, f.id)"""


CHANGED = "SELECT DISTINCT {theirs} FROM {ledger} WHERE voided_at > %(known_at)s"
SINCE = " OR recorded_at > %(known_at)s"


def as_known(ledger: type[KnownLedger], known_at: dt.datetime | None, *, from_first: bool = True) -> tuple[str, dict[str, Any]]:
    """SQL of what the table a ledger follows said, as known then: the key under the ledger's name, then its columns.

    `from_first`: before anything was recorded of a row (it was loaded later with facts of earlier), what was recorded first
    stands for it; else it has no row until then. What is known now is read from the table itself.
    """
    names = _names(ledger) | {"name": f"{ledger._meta.db_table}_changed"}
    changed = changed_since(ledger, known_at, recorded=not from_first)
    if not changed:
        return NOW.format(**names), {}
    then = known_sql("f", known_at)
    if not from_first:
        return HELD.format(known=then, **names), {"known_at": known_at}
    sql = (NOW + THEN).format(known="TRUE", then=then, **names)
    return sql, {names["name"]: changed, "known_at": known_at}


def _names(ledger: type[KnownLedger]) -> dict[str, str]:
    label, own, relation = ledger.known_of
    columns = kept_columns(ledger)
    return {
        "table": apps.get_model(label)._meta.db_table, "ledger": ledger._meta.db_table, "own": own,
        "theirs": ledger._meta.get_field(relation).column,
        "columns": ", ".join(f"t.{column}" for column in columns), "kept": ", ".join(f"f.{column}" for column in columns),
    }


def changed_since(ledger: type[KnownLedger], known_at: dt.datetime | None, *, recorded: bool = False) -> list[int]:
    """Keys of which something else was known then: voided since, or with `recorded` also first recorded since."""
    if known_at is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute((CHANGED + SINCE if recorded else CHANGED).format(**_names(ledger)), {"known_at": known_at})
        return [key for (key,) in cursor.fetchall()]


DIFFERING = """
SELECT coalesce(t.{own}, f.{theirs}) FROM {table} t
FULL JOIN (SELECT * FROM {ledger} WHERE voided_at IS NULL) f ON f.{theirs} = t.{own}
WHERE ({columns}) IS DISTINCT FROM ({kept}) OR t.{own} IS NULL OR f.id IS NULL ORDER BY 1
"""


def differing(ledger: type[KnownLedger]) -> list[int]:
    """Keys of which the table and its ledger say different things now; for `check_ledger`."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING.format(**_names(ledger)))
        return [key for (key,) in cursor.fetchall()]


LOADED = """
INSERT INTO {ledger} ({theirs}, effective_on, recorded_at, {into})
SELECT t.{own}, (w.at AT TIME ZONE 'Europe/London')::date, w.at, {columns} FROM {table} t
CROSS JOIN LATERAL (SELECT least(coalesce(({since}), clock_timestamp()), core_recording_instant()) AS at) w
WHERE NOT EXISTS (SELECT FROM {ledger} f WHERE f.{theirs} = t.{own})
"""


def record_loaded(ledger: type[KnownLedger], since: str) -> None:
    """Record what was loaded by rows that bring their own instants: `since` is SQL of the instant, of a row `t`."""
    with connection.cursor() as cursor:
        cursor.execute(LOADED.format(since=since, into=", ".join(kept_columns(ledger)), **_names(ledger)))


def when(as_at: dt.date, known_at: dt.datetime | None) -> dict[str, Any]:
    """The parameters of a day and an instant."""
    return {"as_at": as_at} if known_at is None else {"as_at": as_at, "known_at": known_at}
