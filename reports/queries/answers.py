"""A report's answer: its tables, and what its cover says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pqip.exchange.writing import SUPPRESSED
from reports.catalogue.base import Report, ReportColumn, Rows
from reports.catalogue.notes import withheld
from reports.figures.asking import Question
from reports.figures.settings import THRESHOLD
from reports.queries.notes import notes_on
from reports.suppression.declared import without_few_answers


@dataclass(frozen=True)
class Table:
    """One table of an answer: its report, the columns and the rows."""

    report: Report
    columns: Sequence[ReportColumn]
    rows: Rows


@dataclass(frozen=True)
class Answer:
    """The answer to a report's question.

    The first of `tables` is the report's own. `place` and `by` say in words which place it is about and for whom it was
    made. `notes` are shown beside the rows, on pages and covers (`notes.py`).
    """

    report: Report
    question: Question
    tables: Sequence[Table]
    suppressed: bool
    place: str
    by: str
    notes: Sequence[str] = ()

    @property
    def main(self) -> Table:
        return self.tables[0]

    @property
    def known_at(self) -> dt.datetime:
        assert self.question.known_at is not None  # noqa: S101  (an answer is always of an instant)
        return self.question.known_at


def answer(
    report: Report,
    question: Question,
    *,
    place: str,
    by: str,
    suppressed: bool = False,
    with_more: bool = True,
) -> Answer:
    """Compute a report's answer within the caller's snapshot.

    With `with_more` the further tables it carries are computed too.
    """
    asked = [report, *(report.more if with_more else ())]
    tables: list[Table] = []
    hides: list[str] = []
    for one in asked:
        table, said = _table(one, question, suppressed)
        tables.append(table)
        hides += said
    notes = [*notes_on(question), *report.beside(tables[0].rows, question), *hides]
    return Answer(report, question, tables, suppressed, place, by, notes)


def _table(report: Report, question: Question, suppressed: bool) -> tuple[Table, list[str]]:
    """Return a table with notes on what is withheld."""
    rows, columns = report.figure(question), report.columns_for(question)
    threshold = int(THRESHOLD.value)
    if not suppressed:
        if not question.equality:
            rows = without_few_answers(report.name, rows, columns, threshold)
        return Table(report, columns, rows), []
    rows, notes = report.protected(rows, question, threshold)
    hidden = sum(row[one.name] is SUPPRESSED for row in rows for one in columns)
    if hidden:
        every = len(rows) * sum(one.is_numeric for one in columns)
        notes = [withheld(report.title, hidden, every, threshold), *notes]
    return Table(report, columns, rows), notes


def definitions_version(report: Report) -> str:
    """Return a value that changes whenever a column or its definition does; it is kept with every stored run."""
    definitions = "\n".join(
        f"{one.name}|{one.title}|{one.note}"
        for table in (report, *report.more)
        for one in table.columns
    )
    return sha256(definitions.encode()).hexdigest()[:12]
