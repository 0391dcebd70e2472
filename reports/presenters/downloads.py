"""Downloads in a table."""

from __future__ import annotations

from collections.abc import Iterable

from pqip.core.formats import number, short_datetime
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Column, Sorting, Table
from reports.catalogue import REPORTS
from reports.presenters.tables import FORMAT_NAMES

COLUMNS = [
    Column("When", sort="when"),
    Column("Who", sort="who"),
    Column("Report"),
    Column("As at"),
    Column("Place"),
    Column("File"),
    Column("Rows", numeric=True),
]


def downloads_table(entries: Iterable[AccessEntry], sorting: Sorting | None = None) -> Table:
    """Return the table of log entries: who downloaded what, never the values."""
    empty = Empty("Nothing has been downloaded yet.")
    return Table("Downloads", COLUMNS, [_row(one) for one in entries], sorting=sorting, empty=empty)


def _row(entry: AccessEntry) -> list[object]:
    detail, name = entry.detail, entry.what.removeprefix("reports:")
    title = REPORTS[name].title if name in REPORTS else name
    return [
        short_datetime(entry.at),
        str(entry.user or entry.actor),
        title,
        detail.get("as_at", ""),
        detail.get("scope", ""),
        FORMAT_NAMES.get(detail.get("format", ""), ""),
        number(detail["rows"]) if "rows" in detail else "",
    ]
