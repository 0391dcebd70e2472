"""A report asked and answered: the tables, and what stands on their cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from reports.catalogue.base import Column, Report, Rows
from reports.figures.asking import Question
from reports.figures.settings import THRESHOLD
from reports.notes import notes_on


@dataclass(frozen=True)
class Table:
    """One table of an answer: the report it is of, the columns that answer, the rows."""

    report: Report
    columns: Sequence[Column]
    rows: Rows


@dataclass(frozen=True)
class Answer:
    """`tables` begins with the report's own. `place` and `by` are words: where, and for whom it was made.

    `notes` stand beside the rows, on pages and covers (`notes.py`).
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
    report: Report, question: Question, *, place: str, by: str, suppressed: bool = False, whole: bool = True,
) -> Answer:
    """Ask the report's figures, within the caller's snapshot. `whole` asks the tables it carries beside, too."""
    asked = [report, *(report.more if whole else ())]
    tables = [_table(one, question, suppressed) for one in asked]
    notes = [*notes_on(question), *report.beside(tables[0].rows, question)]
    return Answer(report, question, tables, suppressed, place, by, notes)


def _table(report: Report, question: Question, suppressed: bool) -> Table:
    rows = report.figure(question)
    return Table(report, report.columns_for(question), report.suppress(rows, int(THRESHOLD.value)) if suppressed else rows)


def definitions_version(report: Report) -> str:
    """Changes whenever a column or its definition does; kept with every stored run."""
    said = "\n".join(f"{one.name}|{one.title}|{one.note}" for table in (report, *report.more) for one in table.columns)
    return sha256(said.encode()).hexdigest()[:12]
