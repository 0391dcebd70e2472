"""What a report is: a title, the question it answers, its columns with their definitions, and the figure behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.figures.asking import Question, Row
from reports.figures.names import Names
from reports.figures.settings import as_set

#: Kinds of column: how values are written and read.
TEXT, CODE, DATE, PEOPLE, COUNT, NUMBER, PERCENT = "text", "code", "date", "people", "count", "number", "percent"
#: Columns that tell whom a row is about.
PERSONS = frozenset({"learner", "assessor", "staff_number"})
NUMERIC = frozenset({PEOPLE, COUNT, NUMBER, PERCENT})

Rows = list[Row]


@dataclass(frozen=True)
class Column:
    """One column: its name in files, its heading, what it means, and for whom, by which date and over what time.

    An assumed number stands in the definition by its setting, `{PQIP_ABSENCE_DAYS}`. `lookup` names the reference data
    whose names stand in for codes on pages and in workbooks. `hides_with` names the counts that give it
    away: where one of them is suppressed, so is this. `blank_for` says on pages why a row has no value, in place of [z].
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
        """The definition, with assumed numbers as they are set."""
        return as_set(self.definition)

    @property
    def note(self) -> str:
        """The definition with population, date and window, as notes sheets and pages show it."""
        parts = [self.meaning]
        parts += [f"{name}: {value}." for name, value in
                  (("Population", self.population), ("Date used", self.date), ("Window", self.window)) if value]
        return " ".join(parts)


def no_suppression(rows: Rows, threshold: int) -> Rows:
    """For tables that count nobody."""
    return rows


def nothing_beside(rows: Rows, question: Question) -> list[str]:
    """Most reports say nothing of their own beside the rows."""
    return []


def every_column(columns: Sequence[Column], question: Question) -> list[Column]:
    return list(columns)


@dataclass(frozen=True)
class Report:
    """A report of the contract. `figure` answers a question with rows that hold every column by name.

    `order` says how rows are ordered; `page_sort` how a page sorts them until asked otherwise, such as `-start_date`.
    `suppress` hides small counts and what would give them away. `on_screen` says whether pages and scheduled files are
    suppressed. `more` are tables that pages and workbooks carry beside. `charts` draws from shown rows;
    `choose` drops columns that a question does not ask for; `beside` says what stands beside the rows, on pages and covers.
    """

    name: str
    title: str
    asks: str
    columns: Sequence[Column]
    figure: Callable[[Question], Rows]
    order: str
    suppress: Callable[[Rows, int], Rows] = no_suppression
    on_screen: bool = False
    more: Sequence[Report] = ()
    charts: Callable[[Rows, Names, str], list[Any]] | None = None
    choose: Callable[[Sequence[Column], Question], list[Column]] = every_column
    beside: Callable[[Rows, Question], list[str]] = nothing_beside
    for_whom: str = ""
    page_sort: str = ""
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def names_people(self) -> bool:
        """Whether each row is somebody, rather than a count."""
        return any(column.name in PERSONS for column in self.columns)

    def columns_for(self, question: Question) -> list[Column]:
        """The columns that answer this question, in order."""
        return self.choose(self.columns, question)
