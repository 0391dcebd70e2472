"""CSV and JSON, and the one function that writes every format."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import IO, Any, BinaryIO

from pqip.core.clock import london
from pqip.exchange.escaping import escape
from pqip.exchange.writing.model import NOT_APPLICABLE, Marker, Sheet, Workbook

FORMATS = ("csv", "json", "xlsx", "ods")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def write(workbook: Workbook, format: str, stream: BinaryIO) -> None:
    """Write in one of `FORMATS`. CSV holds only the first table. Raises ValueError for another format."""
    from pqip.exchange.writing import ods, xlsx

    writers = {"csv": _csv, "json": _json, "xlsx": xlsx.write, "ods": ods.write}
    if format not in writers:
        raise ValueError(f"{format} is not a format. Use one of {', '.join(FORMATS)}.")
    writers[format](workbook, stream)


def _csv(workbook: Workbook, stream: BinaryIO) -> None:
    sheet = workbook.sheets[0]
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in sheet.columns])
    writer.writerows([_plain(value) for value in row] for row in sheet.rows)
    text.flush()
    text.detach()


def _plain(value: object) -> object:
    """Return a value as CSV has it: text escaped, dates in ISO form, blank where not applicable."""
    if isinstance(value, str):
        return escape(value)
    if value is None or value is NOT_APPLICABLE:
        return ""
    if isinstance(value, Marker):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return iso(value)


def iso(value: object) -> object:
    """Return dates and instants as ISO 8601 text, an instant in London time with its offset; other values as they are."""
    if isinstance(value, dt.datetime):
        return london(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else value


def _json(workbook: Workbook, stream: BinaryIO) -> None:
    """Write `metadata`, then `rows` of the first table; further tables are under `tables` by name."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    text.write('{"metadata": ')
    json.dump({"title": workbook.title, **dict(workbook.cover)}, text, ensure_ascii=False)
    text.write(',\n"rows": ')
    _json_rows(workbook.sheets[0], text)
    if len(workbook.sheets) > 1:
        text.write(',\n"tables": {')
        for place, sheet in enumerate(workbook.sheets[1:]):
            text.write((", " if place else "") + json.dumps(sheet.name, ensure_ascii=False) + ": ")
            _json_rows(sheet, text)
        text.write("}")
    text.write("}\n")
    text.flush()
    text.detach()


def _json_rows(sheet: Sheet, text: IO[str]) -> None:
    names = [column.name for column in sheet.columns]
    text.write("[")
    for place, row in enumerate(sheet.rows):
        text.write(",\n" if place else "\n")
        text.write(
            json.dumps(dict(zip(names, map(_json_value, row), strict=True)), ensure_ascii=False)
        )
    text.write("\n]")


def _json_value(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if value is NOT_APPLICABLE:
        return None
    if isinstance(value, Marker):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return iso(value)
