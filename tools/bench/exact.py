"""What is exact and gates before any timing: how many statements a page sends, and that none reads a large table whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

#: Tables that grow with every piece of evidence. Nothing but a check of the ledger reads them from end to end.
LARGE = frozenset({
    "assessments_evidence", "assessments_submission", "assessments_decision", "assessments_countersignstamp",
    "assessments_countersignature", "assessments_wait", "assessments_criterionmet",
})  # fmt: skip


def statements(work: Callable[[], Any]) -> list[str]:
    """The statements that the work sends."""
    sent: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        work()
    return sent


def whole_reads(work: Callable[[], Any]) -> list[str]:
    """Each reading of a large table that no condition on an index narrows, as the database plans it."""
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if sql.lstrip(" \n(").startswith(("SELECT", "WITH")):
            found.extend(_whole_reads(_plan(sql, params)))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(look):
        work()
    return found


def _plan(sql: str, params: Any) -> dict[str, Any]:
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return cursor.fetchone()[0][0]["Plan"]


def _whole_reads(node: dict[str, Any]) -> Iterator[str]:
    table, kind = node.get("Relation Name"), node["Node Type"]
    if table in LARGE and kind != "Bitmap Heap Scan" and "Index Cond" not in node:
        yield f"{kind} of {table}"
    for inner in node.get("Plans", ()):
        yield from _whole_reads(inner)
