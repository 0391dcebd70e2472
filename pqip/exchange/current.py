"""What is recorded now, as a file of a dataset that can be imported unchanged.

Each row is read and planned as an import would do. A row that an import would not accept or would change (a required e-mail
address that is missing, somebody out of reach, two rows with one key) is left out and counted. Sensitive cells are never
filled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from pqip.exchange.cells import Cleaner
from pqip.exchange.datasets import UNCHANGED, Context, Dataset
from pqip.exchange.escaping import escape
from pqip.exchange.reading.tables import tidy


@dataclass(frozen=True)
class Current:
    """Cells of the rows, in the order of the dataset's columns.

    `left_out` counts the rows that cannot be imported as they are.
    """

    rows: list[list[str]]
    left_out: int


def current_rows(dataset: Dataset, context: Context) -> Current:
    """Return the rows within the reach of the user who would import them. Changes nothing."""
    names = list(dataset.columns)
    cleaner = Cleaner(
        dataset, {name: place for place, name in enumerate(names)}, len(names), context
    )
    found: list[list[str]] = []
    every = 0
    with transaction.atomic():
        numbered = enumerate(_cells(dataset, dataset.current(context)), 2)
        for batch in _batches(numbered, dataset.batch):
            rows = [
                cleaner.row(number, [tidy(escape(cell)) for cell in cells])
                for number, cells in batch
            ]
            dataset.plan(rows, context)
            found += [
                cells
                for row, (_, cells) in zip(rows, batch, strict=True)
                if row.result == UNCHANGED
            ]
            every += len(rows)
    return Current(found, every - len(found))


def _cells(dataset: Dataset, rows: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    filled = [name for name, column in dataset.columns.items() if not column.sensitive]
    for row in rows:
        yield [text_of(row.get(name)) if name in filled else "" for name in dataset.columns]


def text_of(value: Any) -> str:
    """Return a value as a cell of a file: dates as YYYY-MM-DD, yes or no, lists with semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return ";".join(value) if isinstance(value, list | tuple) else str(value)


def _batches(
    numbered: Iterator[tuple[int, list[str]]], size: int
) -> Iterator[list[tuple[int, list[str]]]]:
    while batch := list(islice(numbered, size)):
        yield batch
