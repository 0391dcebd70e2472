"""SQL for what is known at an instant, for relations about many people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import connection

from pqip.core.columns import column_of, own_field
from pqip.core.ledger import KnownLedger, kept_columns


def known_sql(alias: str, known_at: dt.datetime | None) -> str:
    """Return the condition that keeps a ledger's rows as known at `%(known_at)s`, or as known now where it is None."""
    if known_at is None:
        return f"{alias}.voided_at IS NULL"
    return f"({alias}.recorded_at <= %(known_at)s AND ({alias}.voided_at IS NULL OR {alias}.voided_at > %(known_at)s))"


#: The table's rows, except those of which something else was known then: these come from the ledger. Without `from_first`,
#: a row is taken from the ledger only from when it was first recorded. Each has at most one row at any instant.
HELD = "SELECT f.{theirs}, {kept} FROM {ledger} f WHERE {known}"
NOW = "SELECT t.{own} AS {theirs}, {columns} FROM {table} t"
THEN = """
WHERE NOT t.{own} = ANY(%({name})s)
UNION ALL (SELECT DISTINCT ON (f.{theirs}) f.{theirs}, {kept} FROM {ledger} f
    WHERE f.{theirs} = ANY(%({name})s) AND {known} ORDER BY f.{theirs}, ({then}) DESC, f.recorded_at, f.id)"""


CHANGED = "SELECT DISTINCT {theirs} FROM {ledger} WHERE voided_at > %(known_at)s"
SINCE = " OR recorded_at > %(known_at)s"


def as_known(
    ledger: type[KnownLedger], known_at: dt.datetime | None, *, from_first: bool = True
) -> tuple[str, dict[str, Any]]:
    """Return SQL of what a table said as known at an instant, by way of its ledger, with its parameters.

    Columns: the key, under its name in the ledger, then the table's columns. With `from_first`, a row that was recorded
    only later (it was loaded with earlier facts) is represented by what was first recorded; without it, the row is missing
    until then. What is known now is read from the table itself.
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
        "table": apps.get_model(label)._meta.db_table,
        "ledger": ledger._meta.db_table,
        "own": own,
        "theirs": column_of(own_field(ledger, relation)),
        "columns": ", ".join(f"t.{column}" for column in columns),
        "kept": ", ".join(f"f.{column}" for column in columns),
    }


def changed_since(
    ledger: type[KnownLedger], known_at: dt.datetime | None, *, recorded: bool = False
) -> list[int]:
    """Return the keys of which something else was known then: voided since or, with `recorded`, first recorded since."""
    if known_at is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            (CHANGED + SINCE if recorded else CHANGED).format(**_names(ledger)),
            {"known_at": known_at},
        )
        return [key for (key,) in cursor.fetchall()]


DIFFERING = """
SELECT coalesce(t.{own}, f.{theirs}) FROM {table} t
FULL JOIN (SELECT * FROM {ledger} WHERE voided_at IS NULL) f ON f.{theirs} = t.{own}
WHERE ({columns}) IS DISTINCT FROM ({kept}) OR t.{own} IS NULL OR f.id IS NULL ORDER BY 1
"""


def differing(ledger: type[KnownLedger]) -> list[int]:
    """Return the keys for which the table and its ledger differ now; for `check_ledger`."""
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
    """Record rows in the ledger after a load in which each states its instant.

    `since` is SQL of that instant, of a row `t`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            LOADED.format(since=since, into=", ".join(kept_columns(ledger)), **_names(ledger))
        )


def when(as_at: dt.date, known_at: dt.datetime | None) -> dict[str, Any]:
    """Return the query parameters of a day and an instant."""
    return {"as_at": as_at} if known_at is None else {"as_at": as_at, "known_at": known_at}
