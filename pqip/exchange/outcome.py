"""What an import comes to: counts, what is wrong, what changes. Held in bounded memory however long the file is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from pqip.exchange.cleaning import Column
from pqip.exchange.datasets import CHANGED, GIVEN, NEW, UNCHANGED, WRONG, Dataset, Problem, Question, Row

#: So many are kept for the page; a listener hears of every one.
KEPT_CHANGES = 1_000
KEPT_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """One changed cell, as the preview shows it."""

    row: int
    key: str
    column: str
    before: str
    after: str


class Listener:
    """Hears of everything as it is found, in the order of the file. Override what is wanted."""

    def row(self, row: Row) -> None:
        """A row that has been planned, right or wrong (`row.result`)."""

    def change(self, change: Change) -> None:
        """A cell of a row that changes something."""

    def problem(self, problem: Problem) -> None:
        """Something wrong with the file, its header or a row."""

    def question(self, question: Question) -> None:
        """A row that may be about somebody known already, answered or not."""

    def progress(self, done: int) -> None:
        """So many rows are done."""


@dataclass
class Outcome:
    """Counts by kind, the first problems and changes, what else becomes new, and a digest of all that would be written."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, WRONG), 0))
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    #: Rows that wait for an answer; each is a problem too.
    open_questions: int = 0
    changes: list[Change] = field(default_factory=list)
    change_count: int = 0
    news: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    digest: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.problem_count > 0

    @property
    def only_asks(self) -> bool:
        """Nothing is wrong but that questions wait for an answer."""
        return 0 < self.open_questions == self.problem_count

    @property
    def rows(self) -> int:
        """Rows read."""
        return sum(self.counts.values())

    @property
    def writes(self) -> int:
        """Rows that are new or change something."""
        return self.counts[NEW] + self.counts[CHANGED]

    def keep(self, change: Change) -> None:
        self.change_count += 1
        if len(self.changes) < KEPT_CHANGES:
            self.changes.append(change)

    def refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)


def changes_of(row: Row, dataset: Dataset) -> Iterator[Change]:
    """The cells a row changes."""
    columns = dataset.columns
    key = " ".join(row.text(column) for column in dataset.key)
    for column, after in row.after.items():
        yield Change(row.number, key, column, *_shown(columns.get(column), row.before.get(column), after))


def _shown(column: Column | None, before: object, after: object) -> tuple[str, str]:
    """Before and after as people read them; of a sensitive column only that it was given or changed."""
    if column is not None and column.sensitive:
        return (GIVEN if before else "", "changed" if before else GIVEN)
    return words(before), words(after)


def words(value: object) -> str:
    """A value as a file has it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(words(part) for part in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
