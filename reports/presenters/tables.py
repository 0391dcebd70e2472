"""Answers as tables on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from pqip.core.formats import lower_first, number, short_date, upper_first
from pqip.exchange.writing import NOT_APPLICABLE, SUPPRESSED, Marker
from pqip.govuk import tables
from pqip.govuk.pages import Count, Download, Empty, Tag
from reports.catalogue.base import CODE, DATE, NUMBER, PEOPLE, PERCENT, RATIO, ReportColumn, Rows
from reports.figures.asking import Row
from reports.figures.names import Names
from reports.figures.settings import THRESHOLD
from reports.queries.answers import Answer, Table
from reports.queries.asked import Asked
from reports.queries.people import OPENS
from reports.queries.places import opened_as
from reports.render.files import in_words
from workforce.data_quality import find

COLOURS = {"on_track": "green", "behind": "yellow", "at_risk": "orange"}
FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel", "ods": "OpenDocument", "json": "JSON"}
NOTE = "[z] not applicable: nothing to divide by."
#: What a page says of a number that is not told. A count and its total may both be withheld for one of them, and look alike.
WITHHELD = "withheld"


def page_table(
    answer_table: Table,
    rows: Rows,
    names: Names,
    *,
    sorting: Any = None,
    downloads: Sequence[Download] = (),
    opens: Callable[[ReportColumn, Row], str] | None = None,
) -> tables.Table:
    """Return a table with some of the answer's rows. `opens` returns the address of the people behind a number, or ""."""
    columns = _on_a_page(answer_table.columns)
    return tables.Table(
        answer_table.report.title,
        [
            tables.Column(one.title, numeric=one.is_numeric, sort=one.name if sorting else "")
            for one in columns
        ],
        [[_cell(one, row, names, opens) for one in columns] for row in rows],
        sorting=sorting,
        downloads=downloads,
        note=note_of(rows),
        empty=Empty(
            "Nothing to count.", "Nobody within reach is counted by this report on that day."
        ),
    )


def few() -> str:
    """Return what a page says in place of a count that is not told."""
    return f"fewer than {int(THRESHOLD.value)} or {WITHHELD}"


def note_of(rows: Rows) -> str:
    """Return what stands below a table: what its shorthand means."""
    if not any(value is SUPPRESSED for row in rows for value in row.values()):
        return NOTE
    return (
        f"{NOTE} {upper_first(few())}: a count of people from 1 to {int(THRESHOLD.value) - 1}, or one from which such a count "
        "could be worked out."
    )


def _on_a_page(columns: Sequence[ReportColumn]) -> list[ReportColumn]:
    """Return the columns shown on a page. Where names are shown they link to the learner, so the reference is left out."""
    named = any(one.name == "name" for one in columns)
    return [one for one in columns if not (named and one.name == "learner")]


def sorted_rows(rows: Rows, sorting: Any) -> Rows:
    """Return the rows sorted by one column; rows without a value come last in either direction."""
    if not sorting.key:
        return rows
    known: list[Row] = []
    blank: list[Row] = []
    for row in rows:
        (blank if _is_blank(row.get(sorting.key)) else known).append(row)
    return sorted(known, key=lambda row: row[sorting.key], reverse=sorting.descending) + blank


def file_links(asked: Asked, answer: Answer) -> list[Download]:
    """Return the links to files in every format with the same rows, as at the same day and known at the same instant."""
    base = reverse("reports:file", args=[answer.report.name])
    return [
        Download(
            answer.report.title, f"{base}?{asked.address(answer.known_at, format=format)}", label
        )
        for format, label in FORMAT_NAMES.items()
    ]


def people_links(asked: Asked, answer: Answer) -> Callable[[ReportColumn, Row], str] | None:
    """Return the function that links numbers to the people behind them; None where the user may not see them.

    Only the monthly report and data quality have such links.
    """
    if answer.report.name == "data-quality":
        return lambda column, row: (
            behind_link(asked, answer, row) if column.name == "failing" and row["failing"] else ""
        )
    if answer.report.name != "monthly-status" or not asked.user.can("learners.view_learner"):
        return None
    base = reverse("reports:people", args=[answer.report.name])

    def opens(column: ReportColumn, row: Row) -> str:
        if (
            column.name not in OPENS
            or not isinstance(row[column.name], int)
            or not row[column.name]
        ):
            return ""
        keys = {
            "of_region": row["region"],
            "of_cohort": row["cohort"],
            "of_pathway": row["pathway"],
            "column": column.name,
        }
        return f"{base}?{asked.address(answer.known_at, **keys)}"

    return opens


#: The numbers of a month that a first page shows beside its chart.
MONTH = (
    "active",
    "deferred",
    "on_track",
    "behind",
    "at_risk",
    "waiting_for_service",
    "awaiting_decision",
    "awaiting_countersignature",
    "overdue",
)


def month_counts(asked: Asked, answer: Answer) -> list[Count]:
    """Return how many learners had each status in a month, and what waited, with links; empty for a user who sees no
    learners.
    """
    if not asked.user.can("learners.view_learner"):
        return []
    base = reverse("reports:people", args=[answer.report.name])
    return [
        Count(
            column.title,
            sum(row[column.name] for row in answer.main.rows),
            f"{base}?{asked.address(answer.known_at, column=column.name)}",
        )
        for column in answer.main.columns
        if column.name in MONTH
    ]


def behind_link(asked: Asked, answer: Answer, row: Row) -> str:
    """Return the address of the records behind a check, within a row's region where it has one; "" where the user may not
    see them.
    """
    check = find(row["check"])
    if check is None or not opened_as(asked.user, check):
        return ""
    of_region = {"of_region": row["region"]} if row.get("region") else {}
    return f"{reverse('reports:behind_check', args=[check.code])}?{asked.address(answer.known_at, **of_region)}"


def shown(column: ReportColumn, row: Row, names: Names) -> str:
    """Return a value as a page writes it."""
    value = row[column.name]
    if value is SUPPRESSED:
        return few() if column.kind == PEOPLE else WITHHELD
    if isinstance(value, Marker):
        return value.value
    if column.is_numeric:
        if value is None:
            return (column.blank_for(row) if column.blank_for else "") or NOT_APPLICABLE.value
        return number(value, _places(column, value))
    if value is None or value == "":
        return ""
    if column.kind == DATE:
        return short_date(value)
    return in_words(column, row, names) if column.lookup else str(value)


def _places(column: ReportColumn, value: Any) -> int | None:
    """Return how many decimals a number is written with; None for as many as it has."""
    if column.kind == RATIO:
        return 2
    return 1 if column.kind == PERCENT or (column.kind == NUMBER and value != int(value)) else None


def _cell(
    column: ReportColumn, row: Row, names: Names, opens: Callable[[ReportColumn, Row], str] | None
) -> object:
    """Return a cell's content: plain words, or a Cell where it has a link or is a status."""
    text = shown(column, row, names)
    if column.kind == CODE and column.lookup == "progress" and text:
        return tables.Cell(tags=(Tag(text, COLOURS[row[column.name]]),))
    if column.name == "name" and "learner" in row:
        return tables.Cell(text, url=reverse("learners:learner", args=[row["learner"]]))
    url = opens(column, row) if opens else ""
    return (
        tables.Cell(text, url=url, hidden=f", {lower_first(column.title)}: open the list")
        if url
        else text
    )


def _is_blank(value: object) -> bool:
    return value is None or value == "" or value is SUPPRESSED
