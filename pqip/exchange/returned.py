"""Files handed out around an import: a template to fill in, and the user's own file with results and errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import BinaryIO

from pqip.core.clock import now
from pqip.exchange import kept
from pqip.exchange.cleaning import Code, ListOf
from pqip.exchange.datasets import DIFFERENT_PERSON, GIVEN, SAME_PERSON, Context, Dataset
from pqip.exchange.headers import OURS, names_of
from pqip.exchange.models import ImportRun
from pqip.exchange.outcome import words
from pqip.exchange.reading import FileRefused, Table, open_table
from pqip.exchange.writing import Sheet, SheetColumn, Workbook, write

NOT_LOOKED_AT = "not looked at"


def write_template(
    dataset: Dataset,
    format: str,
    stream: BinaryIO,
    context: Context,
    rows: Sequence[Sequence[str]] = (),
) -> None:
    """Write a file of a dataset to fill in: its header, and rows where given; in a workbook also a sheet of notes.

    The notes say what each column means and accepts, and list its codes.
    """
    sheet = Sheet(dataset.name[:30], dataset.title, columns_of(dataset), rows)
    write(
        Workbook(dataset.title, [], [sheet], now(), notes=_codes(dataset, context), plain=True),
        format,
        stream,
    )


def _codes(dataset: Dataset, context: Context) -> list[tuple[str, str]]:
    """Return each code that reference data allows in a column, with its name."""
    listed = []
    for name, column in dataset.columns.items():
        widget = column.widget.widget if isinstance(column.widget, ListOf) else column.widget
        codes = context.codes.get(widget.table) if isinstance(widget, Code) else None
        listed += (
            [(f"{name}: {code}", codes.names.get(code, code)) for code in codes.shown]
            if codes
            else []
        )
    return listed


def columns_of(dataset: Dataset) -> list[SheetColumn]:
    """Return the dataset's columns, each with what it may hold."""
    return [
        SheetColumn(name, name.replace("_", " ").capitalize(), meaning(dataset, name))
        for name in dataset.columns
    ]


def meaning(dataset: Dataset, name: str) -> str:
    """Return in sentences what a column means and accepts."""
    column = dataset.columns[name]
    sentences = [column.help, column.takes]
    if column.required:
        sentences.append("must be filled in")
    if column.key:
        sentences.append("part of what tells rows apart")
    if column.sensitive:
        sentences.append("kept apart, and shown to nobody here")
    return " ".join(
        f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}." for sentence in sentences if sentence
    )


def write_returned(run: ImportRun, stream: BinaryIO) -> None:
    """Write the file of an import in its own format, with columns for result and errors, and with the answers given on
    screen.

    Sensitive cells say only *given*.
    """
    table = open_table(kept.uploaded(run.public_id), f"file.{run.kind}")
    names = names_of(table.header)
    columns = [SheetColumn(name, name) for name in [*names, *_answering(run, names), *OURS]]
    sheet = Sheet(run.dataset[:30], run.described.title, columns, _rows(run, table, names))
    write(
        Workbook(run.described.title, [], [sheet], run.requested_at, plain=True), run.kind, stream
    )


def _answering(run: ImportRun, names: list[str]) -> list[str]:
    """Return the answer columns that the file does not have."""
    return [name for name in (SAME_PERSON, DIFFERENT_PERSON) if run.answers and name not in names]


def _rows(run: ImportRun, table: Table, names: list[str]) -> Iterator[list[str]]:
    """Yield the rows of the file, including blank ones, so that every row keeps its number; unchecked rows say so."""
    columns = run.described.columns
    hidden = {
        place for place, name in enumerate(names) if name in columns and columns[name].sensitive
    }
    every, answered = [*names, *_answering(run, names)], run.answered
    results = chain(kept.results(run.public_id), repeat((0, NOT_LOOKED_AT, list[str]())))
    blank, last = [""] * (len(every) + len(OURS)), 1
    for (number, cells), (_number, result, errors) in zip(_readable(table), results, strict=False):
        yield from (blank for _ in range(number - last - 1))
        shown = [
            GIVEN if place in hidden and cell else cell
            for place, cell in enumerate(cells[: len(names)])
        ]
        shown += [""] * (len(every) - len(shown))
        for name, value in answered.get(number, {}).items():
            shown[every.index(name)] = words(value or None)
        yield [*shown, result, " ".join(errors)]
        last = number


def _readable(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows up to the point where the file cannot be read."""
    with suppress(FileRefused):
        yield from table.rows
