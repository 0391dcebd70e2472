"""A page's list as a CSV file: every row, with the page's filters, order and words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpRequest, HttpResponse

from pqip.core.clock import now
from pqip.core.formats import NBSP
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.exchange.writing import CONTENT_TYPES, Sheet, SheetColumn, Workbook, write
from pqip.govuk import tables


def list_file(
    name: str, columns: Sequence[tables.Column], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Return a response that downloads the rows as `<name>.csv`. Columns without visible words (actions) are left out."""
    shown = [(place, column) for place, column in enumerate(columns) if not column.hidden]
    headings = [heading for _, column in shown for heading in _headings(column)]
    return csv_file(name, headings, _values(shown, rows))


def counts_file(
    request: HttpRequest, what: str, name: str, table: tables.Table, asked: str
) -> HttpResponse:
    """Return the response that downloads a table of counts as `<name>.csv`, and log that it was taken out.

    `what` is the address in the log, `asked` the question that the table answers.
    """
    rows = list(table.rows)
    hand_out(
        request, AccessEntry.Kind.EXPORT, what, {"asked": asked}, rows=len(rows), of_people=False
    )
    return list_file(name, table.columns, rows)


def csv_file(
    name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Return a response that downloads the rows as `<name>.csv`. The caller logs the export."""
    stream = io.BytesIO()
    write(Workbook(name, [], [Sheet(name[:30], name, columns, rows)], made_at=now()), "csv", stream)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "private, no-store",
    }
    response = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPES["csv"], headers=headers)
    # For the log of downloads.
    response.columns = [column.name for column in columns]  # type: ignore[attr-defined]
    return response


def _headings(column: tables.Column) -> list[SheetColumn]:
    return [SheetColumn(_name(label), label) for label in (column.label, column.second) if label]


def _name(label: str) -> str:
    return re.sub(r"\W+", "_", label.lower()).strip("_")


def _values(
    shown: Sequence[tuple[int, tables.Column]], rows: Iterable[Sequence[object]]
) -> Iterator[list[object]]:
    for row in rows:
        values: list[object] = []
        for place, column in shown:
            values += _cell(tables.as_cell(row[place]), column)
        yield values


def _cell(cell: tables.Cell, column: tables.Column) -> list[object]:
    """Return a number as it is; words with their tags; and a second line in a column of its own, where there is one."""
    if isinstance(cell.text, int | float) and not cell.tags and not cell.second:
        first: object = cell.text
    else:
        words = [
            str(part)
            for part in (cell.text, *(tag.text for tag in cell.tags))
            if part not in (None, "")
        ]
        if cell.second and not column.second:
            words.append(str(cell.second))
        first = ", ".join(words).replace(NBSP, " ")
    return [first, str(cell.second).replace(NBSP, " ")] if column.second else [first]
