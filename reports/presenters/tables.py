"""Answers as tables of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from pqip.exchange.writing import NOT_APPLICABLE, SUPPRESSED, Marker
from pqip.govuk import tables
from pqip.govuk.formats import lower_first, number, short_date
from pqip.govuk.pages import Download, Empty, Tag
from reports.answers import Answer, Table
from reports.asked import Asked
from reports.catalogue.base import CODE, DATE, NUMBER, PERCENT, Column, Rows
from reports.figures.asking import Row
from reports.figures.names import Names
from reports.people import OPENS
from reports.places import opened_as
from reports.render.files import spoken
from workforce.data_quality import find

COLOURS = {"on_track": "green", "behind": "yellow", "at_risk": "orange"}
FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel", "ods": "OpenDocument", "json": "JSON"}
NOTE = "[z] not applicable: nothing to divide by. [c] withheld, so that nobody can be recognised."


def page_table(answer_table: Table, rows: Rows, names: Names, *, sorting: Any = None, downloads: Sequence[Download] = (),
               opens: Callable[[Column, Row], str] | None = None) -> tables.Table:
    """A table of some of the answer's rows; `opens` gives the address of the people behind a number, or nothing."""
    columns = _on_a_page(answer_table.columns)
    return tables.Table(
        answer_table.report.title, [tables.Column(one.title, numeric=one.is_numeric,
                                                  sort=one.name if sorting else "") for one in columns],
        [[_cell(one, row, names, opens) for one in columns] for row in rows], sorting=sorting, downloads=downloads,
        note=NOTE, empty=Empty("Nothing to count.", "Nobody within reach is counted by this report on that day."),
    )


def _on_a_page(columns: Sequence[Column]) -> list[Column]:
    """A learner who is named is opened by their name; the reference is for files and for pages without names."""
    named = any(one.name == "name" for one in columns)
    return [one for one in columns if not (named and one.name == "learner")]


def sorted_rows(rows: Rows, sorting: Any) -> Rows:
    """Rows by one column; what has no value comes last either way."""
    if not sorting.key:
        return rows
    known = [row for row in rows if not _is_blank(row.get(sorting.key))]
    blank = [row for row in rows if _is_blank(row.get(sorting.key))]
    return sorted(known, key=lambda row: row[sorting.key], reverse=sorting.descending) + blank


def file_links(asked: Asked, answer: Answer) -> list[Download]:
    """The same rows, as at the same day and known at the same instant, in every format."""
    base = reverse("reports:file", args=[answer.report.name])
    return [
        Download(answer.report.title, f"{base}?{asked.address(answer.known_at, format=format)}", label)
        for format, label in FORMAT_NAMES.items()
    ]


def people_links(asked: Asked, answer: Answer) -> Callable[[Column, Row], str] | None:
    """What opens a number to those behind it, for those who may see them: of the monthly report, and of data quality."""
    if answer.report.name == "data-quality":
        return lambda column, row: behind_link(asked, answer, row) if column.name == "failing" and row["failing"] else ""
    if answer.report.name != "monthly-status" or not asked.user.can("learners.view_learner"):
        return None
    base = reverse("reports:people", args=[answer.report.name])

    def opens(column: Column, row: Row) -> str:
        if column.name not in OPENS or not isinstance(row[column.name], int) or not row[column.name]:
            return ""
        keys = {"of_region": row["region"], "of_cohort": row["cohort"], "of_pathway": row["pathway"], "column": column.name}
        return f"{base}?{asked.address(answer.known_at, **keys)}"

    return opens


def behind_link(asked: Asked, answer: Answer, row: Row) -> str:
    """The address of the records behind a check, of a row's region where it has one; empty for those who may not see them."""
    check = find(row["check"])
    if check is None or not opened_as(asked.user, check):
        return ""
    of_region = {"of_region": row["region"]} if row.get("region") else {}
    return f"{reverse('reports:behind_check', args=[check.code])}?{asked.address(answer.known_at, **of_region)}"


def shown(column: Column, row: Row, names: Names) -> str:
    """A value as a page writes it."""
    value = row[column.name]
    if isinstance(value, Marker):
        return value.value
    if column.is_numeric:
        if value is None:
            return (column.blank_for(row) if column.blank_for else "") or NOT_APPLICABLE.value
        return number(value, 1 if column.kind == PERCENT or (column.kind == NUMBER and value != int(value)) else None)
    if value is None or value == "":
        return ""
    if column.kind == DATE:
        return short_date(value)
    return spoken(column, row, names) if column.lookup else str(value)


def _cell(column: Column, row: Row, names: Names, opens: Callable[[Column, Row], str] | None) -> tables.Cell:
    text = shown(column, row, names)
    if column.kind == CODE and column.lookup == "progress" and text:
        return tables.Cell(tags=(Tag(text, COLOURS[row[column.name]]),))
    if column.name == "name" and "learner" in row:
        return tables.Cell(text, url=reverse("learners:learner", args=[row["learner"]]))
    url = opens(column, row) if opens else ""
    hidden = f", {lower_first(column.title)}: open the list" if url else ""
    return tables.Cell(text, url=url, hidden=hidden)


def _is_blank(value: object) -> bool:
    return value is None or value == "" or value is SUPPRESSED
