"""What a report is: its title, question, columns with their definitions, and the figure behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.figures.asking import Question, Row
from reports.figures.names import Names
from reports.figures.settings import as_set

#: The kinds of column, which decide how values are written and read.
TEXT, CODE, DATE, PEOPLE, COUNT, NUMBER, PERCENT, RATIO = (
    "text",
    "code",
    "date",
    "people",
    "count",
    "number",
    "percent",
    "ratio",
)
NUMERIC = frozenset({PEOPLE, COUNT, NUMBER, PERCENT, RATIO})

Rows = list[Row]
#: Rows with what may not be told hidden, and notes on it.
Protected = tuple[Rows, list[str]]


@dataclass(frozen=True)
class ReportColumn:
    """A column: its name in files, its heading, and its meaning, population, date and time window.

    A definition names an assumed number by its setting, `{PQIP_ABSENCE_DAYS}`. `lookup` names the reference data whose
    names replace codes on pages and in workbooks. `hides_with` names the counts from which this one could be worked out:
    where one of them is suppressed, so is this. `blank_for` says on pages why a row has no value, in place of [z].
    """

    name: str
    title: str
    definition: str
    kind: str = COUNT
    population: str = ""
    date: str = ""
    window: str = ""
    lookup: str = ""
    hides_with: tuple[str, ...] = ()
    blank_for: Callable[[Row], str] | None = None

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def meaning(self) -> str:
        """Return the definition with assumed numbers as they are set."""
        return as_set(self.definition)

    @property
    def note(self) -> str:
        """Return the definition with population, date and window, as shown on notes sheets and pages."""
        parts = [self.meaning]
        parts += [
            f"{name}: {value}."
            for name, value in (
                ("Population", self.population),
                ("Date used", self.date),
                ("Window", self.window),
            )
            if value
        ]
        return " ".join(parts)


def no_suppression(rows: Rows, threshold: int) -> Rows:
    """Return the rows as they are: for tables that do not count people."""
    return rows


def nothing_beside(rows: Rows, question: Question) -> list[str]:
    """Return no notes: most reports have none of their own."""
    return []


def every_column(columns: Sequence[ReportColumn], question: Question) -> list[ReportColumn]:
    """Return all columns: most reports do not drop any."""
    return list(columns)


@dataclass(frozen=True)
class Report:
    """A report of the contract. `figure` answers a question with rows that hold every column by name.

    `order` says how rows are ordered; `page_sort` how a page sorts them until asked otherwise, such as `-start_date`.
    `suppress` hides small counts and those from which they could be worked out; `protect` does so where that depends on what is
    told of other places. `on_screen` says that this is done for everybody who may not open by name all people counted, and in
    every file that is sent or kept; `opened_by` names the permissions of which one over the whole place opens them. `more`
    holds tables that pages and workbooks show as well. `charts` draws from the rows shown;
    `choose` drops columns for which a question does not ask; `beside` returns notes for pages and covers.
    `of_people` says whether each row is a person, rather than a count, and so counts towards the rows a user takes out in a
    day. `asks_grade` says whether the report is about one grade, which may be asked for. `at_once` says, for a report that
    decides it itself, whether a page may wait for the answer: it is kept, or quickly made. `with_its_page` works out and keeps
    what such a page shows beside the answer, so that who made the answer does, and not the page.
    """

    name: str
    title: str
    asks: str
    columns: Sequence[ReportColumn]
    figure: Callable[[Question], Rows]
    order: str
    suppress: Callable[[Rows, int], Rows] = no_suppression
    protect: Callable[[Rows, Question, int], Protected] | None = None
    on_screen: bool = False
    opened_by: tuple[str, ...] = ("learners.view_learner",)
    more: Sequence[Report] = ()
    charts: Callable[[Rows, Names, str], list[Any]] | None = None
    choose: Callable[[Sequence[ReportColumn], Question], list[ReportColumn]] = every_column
    beside: Callable[[Rows, Question], list[str]] = nothing_beside
    for_whom: str = ""
    page_sort: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    of_people: bool = True
    asks_grade: bool = False
    at_once: Callable[[Question], bool] | None = None
    with_its_page: Callable[[Question], None] | None = None

    def protected(self, rows: Rows, question: Question, threshold: int) -> Protected:
        """Return the rows with small counts hidden, and those from which they could be worked out."""
        if self.protect is None:
            return self.suppress(rows, threshold), []
        return self.protect(rows, question, threshold)

    def columns_for(self, question: Question) -> list[ReportColumn]:
        """Return the columns that answer this question, in order."""
        return self.choose(self.columns, question)
