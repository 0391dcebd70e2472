"""Answers as files: `pqip.exchange.writing` writes the same workbook in every format, so that all have the same content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from pqip.core.clock import london
from pqip.core.errors import RuleBroken
from pqip.exchange.writing import FORMATS, NOT_APPLICABLE, Kind, Sheet, Workbook
from pqip.exchange.writing import SheetColumn as FileColumn
from pqip.exchange.writing import write as write_workbook
from reports.catalogue.base import COUNT, DATE, NUMBER, PEOPLE, PERCENT, RATIO, ReportColumn
from reports.figures.asking import Row
from reports.figures.names import Names
from reports.figures.settings import THRESHOLD
from reports.queries.answers import Answer, Table

CLASSIFICATION = "OFFICIAL-SENSITIVE"
KINDS = {
    PEOPLE: Kind.WHOLE,
    COUNT: Kind.WHOLE,
    NUMBER: Kind.DECIMAL,
    PERCENT: Kind.DECIMAL,
    RATIO: Kind.DECIMAL,
    DATE: Kind.DATE,
}
#: Formats for programs hold codes and one table; the others hold names and every table.
PLAIN = ("csv", "json")


def check_format(format: str) -> str:
    """Return the format. Raises RuleBroken, naming the formats there are."""
    if format == "pdf":
        raise RuleBroken(
            f"Reports are not made as PDF yet. Use one of {', '.join(FORMATS)}.", "format"
        )
    if format not in FORMATS:
        raise RuleBroken(f'"{format}" is not a format. Use one of {", ".join(FORMATS)}.', "format")
    return format


def write(answer: Answer, format: str, stream: BinaryIO) -> None:
    """Write an answer in a format; the same answer always gives the same bytes."""
    tables = answer.tables[:1] if format in PLAIN else answer.tables
    names = None if format in PLAIN else Names()
    workbook = Workbook(
        title=answer.report.title,
        cover=metadata(answer) if format == "json" else cover(answer),
        sheets=[_sheet(table, names) for table in tables],
        made_at=answer.known_at,
    )
    write_workbook(workbook, format, stream)


def file_name(answer_name: str, as_at: dt.date, place: str, format: str) -> str:
    """Return a plain file name without anybody's name, such as monthly-status-2026-10-31-ne.csv."""
    where = (
        "".join(
            letter if letter.isascii() and letter.isalnum() else "-" for letter in place.lower()
        )
        or "all"
    )
    return f"{answer_name}-{as_at.isoformat()}-{where}.{format}"


def metadata(answer: Answer) -> list[tuple[str, str]]:
    """Return what a program needs to know about the rows, as names and values."""
    question = answer.question
    return [
        ("report", answer.report.name),
        ("as_at", question.as_at.isoformat()),
        ("known_at", answer.known_at.isoformat()),
        ("scope", answer.place),
        ("produced_by", answer.by),
        ("classification", CLASSIFICATION),
        ("suppressed", "yes" if answer.suppressed else "no"),
        ("order", answer.report.order),
        *[("notes", " ".join(answer.notes)) for _any in answer.notes[:1]],
    ]


def cover(answer: Answer) -> list[tuple[str, str]]:
    """Return the lines of the cover sheet, as names and values."""
    known = london(answer.known_at)
    return [
        ("Question", answer.report.asks),
        ("As at", date_in_words(answer.question.as_at)),
        ("Known at", f"{date_in_words(known.date())} at {known:%H:%M:%S} (London)"),
        ("Scope", answer.place),
        ("Produced by", answer.by),
        ("Classification", CLASSIFICATION),
        ("Order of rows", answer.report.order),
        ("Small numbers", suppression_words(answer.suppressed)),
        (
            "Assumed numbers",
            "Numbers marked † are settings: assumed, not from the service. The definitions page lists them.",
        ),
        *[("Note", note) for note in answer.notes],
    ]


def suppression_words(suppressed: bool) -> str:
    """Return in words how small numbers are treated."""
    if not suppressed:
        return "Shown in full."
    return (
        f"Counts of people from 1 to {int(THRESHOLD.value) - 1}, and the fewest others that would give them away, are withheld: "
        "[c] in files."
    )


def date_in_words(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _sheet(table: Table, names: Names | None) -> Sheet:
    columns = [
        FileColumn(one.name, one.title, one.note, KINDS.get(one.kind, Kind.TEXT))
        for one in table.columns
    ]
    return Sheet(table.report.name, table.report.title, columns, _rows(table, names))


def _rows(table: Table, names: Names | None) -> Iterator[Sequence[object]]:
    writers = [_writer(column, names) for column in table.columns]
    for row in table.rows:
        yield [write(row) for write in writers]


def _writer(column: ReportColumn, names: Names | None) -> Callable[[Row], object]:
    """Return the function that takes a column's value from a row."""
    name = column.name
    if column.is_numeric:
        return lambda row: NOT_APPLICABLE if row[name] is None else row[name]
    if names is not None and column.lookup:
        return lambda row: in_words(column, row, names)
    return lambda row: row[name]


def in_words(column: ReportColumn, row: Row, names: Names) -> str:
    """Return a code in words: a name, an assessor's name and staff number, or the name of a group within its breakdown."""
    value = row[column.name]
    if column.lookup == "assessor":
        return f"{row['assessor_name']} ({value})" if value else ""
    return names.of(row["breakdown"] if column.lookup == "group" else column.lookup, value)
