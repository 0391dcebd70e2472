"""COPY for bulk writes. Triggers see every row, so that ledger and audit work as for any other write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models


def between_parts() -> None:
    """Call between parts of a load in one transaction, each of which is consistent in itself.

    It runs the deferred checks, so that the list of pending checks stays short, and lets triggers plan their checks again
    for tables that have grown.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DISCARD PLANS")


class _Lines:
    """A file of COPY lines that are generated as it is read, so that not all rows are in memory at once."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.lines = ("\t".join(map(_cell, row)) + "\n" for row in rows)

    def read(self, size: int = -1) -> str:
        parts, length = [], 0
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if length >= max(size, 8192):
                break
        return "".join(parts)


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows to a model's table by COPY. `columns` holds column names; values are in the same order.

    Columns left out take the database's default. Values are None, text, numbers, booleans, dates, instants, UUIDs,
    decimals, or lists of numbers or text.
    """
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({quoted}) FROM STDIN", _Lines(rows))


def take_keys(model: type[models.Model], count: int) -> list[int]:
    """Return keys for `count` new rows from the table's sequence, for rows that refer to each other in one load."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(taken.sequence) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence OFFSET 0) taken "
            "CROSS JOIN generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _cell(value: Any) -> str:
    write = _CELLS.get(type(value))
    if write is not None:
        return write(value)
    return _escape(str(value)) if isinstance(value, str) else str(value)


def _list(items: Sequence[Any]) -> str:
    return _escape("{" + ",".join(_element(item) for item in items) + "}")


def _element(item: Any) -> str:
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(item)


def _escape(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


_CELLS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    dt.date: str,
    str: _escape,
    list: _list,
    tuple: _list,
}
