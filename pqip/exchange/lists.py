"""A page's list as a CSV file: every row, by the same filters and in the same order, in the words of the page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse

from pqip.core.clock import now
from pqip.exchange.writing import CONTENT_TYPES, Column, Sheet, Workbook, write
from pqip.govuk import tables
from pqip.govuk.formats import NBSP


def list_file(name: str, columns: Sequence[tables.Column], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The response that downloads the rows as `<name>.csv`. Columns without words to see (actions) are left out."""
    shown = [(place, column) for place, column in enumerate(columns) if not column.hidden]
    headings = [heading for _, column in shown for heading in _headings(column)]
    return csv_file(name, headings, _values(shown, rows))


def csv_file(name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The response that downloads the rows as `<name>.csv`. Whoever calls logs the export."""
    stream = io.BytesIO()
    write(Workbook(name, [], [Sheet(name[:30], name, columns, rows)], made_at=now()), "csv", stream)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    response = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPES["csv"], headers=headers)
    response.columns = [column.name for column in columns]  # type: ignore[attr-defined]  (the log of what was taken out says them)
    return response


def _headings(column: tables.Column) -> list[Column]:
    return [Column(_name(label), label) for label in (column.label, column.second) if label]


def _name(label: str) -> str:
    return re.sub(r"\W+", "_", label.lower()).strip("_")


def _values(shown: Sequence[tuple[int, tables.Column]], rows: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    for row in rows:
        values: list[object] = []
        for place, column in shown:
            values += _cell(tables.as_cell(row[place]), column)
        yield values


def _cell(cell: tables.Cell, column: tables.Column) -> list[object]:
    """A number as it is; words with their tags. A second line stands in its column, where it has one."""
    if isinstance(cell.text, int | float) and not cell.tags and not cell.second:
        first: object = cell.text
    else:
        words = [str(part) for part in (cell.text, *(tag.text for tag in cell.tags)) if part not in (None, "")]
        if cell.second and not column.second:
            words.append(str(cell.second))
        first = ", ".join(words).replace(NBSP, " ")
    return [first, str(cell.second).replace(NBSP, " ")] if column.second else [first]
