"""Limits: SQL written by hand in `tools/bench/limits`, sent over the same connection as everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection, transaction

LIMITS = Path(__file__).parents[1] / "limits"


#: Costs of pages that are in memory, as reports state them.
IN_MEMORY = (
    "SET LOCAL seq_page_cost = 0.1; SET LOCAL random_page_cost = 0.11; SET LOCAL work_mem = '32MB'"
)


def limit_rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a limit's statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return list(cursor.fetchall())


def limit_in_memory(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The same, with the costs that reports state."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(IN_MEMORY)
        return limit_rows(name, parameters)


def statement(name: str) -> str:
    return _kept.setdefault(name, (LIMITS / f"{name}.sql").read_text())


_kept: dict[str, str] = {}
