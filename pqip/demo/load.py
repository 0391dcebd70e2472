"""Collects the rows of one table and writes them by COPY."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from pqip.core.bulk import copy_rows, take_keys
from pqip.core.columns import column_of

LEDGER = {"recorded_by", "loaded_at", "voided_by"}


class Load:
    """Collects rows of a model's table. Give the columns that vary; the others have their field's default."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        constants = {
            column_of(field): field.get_default()
            for field in model._meta.concrete_fields
            if field.column not in {*columns, *LEDGER} and _needs_value(field)
        }
        self.model = model
        self.columns = [*columns, *constants]
        self.constants = tuple("" if value is None else value for value in constants.values())
        self.rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self.rows.append(values)

    def write(self) -> None:
        """Write the collected rows by COPY, and begin again."""
        copy_rows(self.model, self.columns, (row + self.constants for row in self.rows))
        self.rows = []


class Keys:
    """Keys of a table, reserved in bulk."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.held: Iterator[int] = iter(())

    def __next__(self) -> int:
        key = next(self.held, None)
        if key is None:
            self.held = iter(take_keys(self.model, 10_000))
            key = next(self.held)
        return key


def _needs_value(field: models.Field) -> bool:
    return not (field.null or field.primary_key or field.generated or field.has_db_default())
