"""The outcome of an import: counts, errors and changes, in bounded memory however long the file is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from pqip.exchange.cleaning import ImportColumn
from pqip.exchange.datasets import (
    CHANGED,
    GIVEN,
    NEW,
    UNCHANGED,
    WRONG,
    Dataset,
    Problem,
    Question,
    Row,
)

#: The number kept for the page; a listener gets all of them.
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
    """Is called with everything as it is found, in the order of the file. Override the methods that are wanted."""

    def row(self, row: Row) -> None:
        """A row that has been planned, with or without errors (`row.result`)."""

    def change(self, change: Change) -> None:
        """A cell that a row changes."""

    def problem(self, problem: Problem) -> None:
        """An error of the file, its header or a row."""

    def question(self, question: Question) -> None:
        """A row that may be about somebody known already, answered or not."""

    def progress(self, done: int) -> None:
        """The number of rows done."""


@dataclass
class Outcome:
    """Counts by result, the first errors and changes, what else becomes new, and a digest of everything that would be
    written.
    """

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, WRONG), 0)
    )
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    #: Rows without an answer; each is also an error.
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
        """Return whether the only errors are questions without an answer."""
        return 0 < self.open_questions == self.problem_count

    @property
    def rows(self) -> int:
        """Return the number of rows read."""
        return sum(self.counts.values())

    @property
    def writes(self) -> int:
        """Return the number of rows that are new or changed."""
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
    """Yield the cells that a row changes."""
    columns = dataset.columns
    key = " ".join(row.text(column) for column in dataset.key)
    for column, after in row.after.items():
        yield Change(
            row.number, key, column, *_shown(columns.get(column), row.before.get(column), after)
        )


def _shown(column: ImportColumn | None, before: object, after: object) -> tuple[str, str]:
    """Return before and after as people read them; for a sensitive column only that it was given or changed."""
    if column is not None and column.sensitive:
        return (GIVEN if before else "", "changed" if before else GIVEN)
    return words(before), words(after)


def words(value: object) -> str:
    """Return a value as a file has it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(words(part) for part in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
