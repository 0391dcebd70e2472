"""Limits: SQL written by hand in `tools/bench/limits`, sent over the same connection as everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection

LIMITS = Path(__file__).parents[1] / "limits"


def limit_rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a limit's statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return list(cursor.fetchall())


def statement(name: str) -> str:
    return _kept.setdefault(name, (LIMITS / f"{name}.sql").read_text())


_kept: dict[str, str] = {}
