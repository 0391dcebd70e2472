"""What an app declares to have one of its datasets imported.

A dataset is a `DatasetResource` (its columns) and three set-based methods. The engine (`engine.py`) reads, cleans and
checks the file, hands over rows in batches, and does the rest: all errors at once, all or nothing, preview, repeat.

    @register
    class Targets(Dataset):
        name, title, permission = "targets", "Staffing targets", "workforce.import_staffing"
        resource = TargetsResource

        def codes(self, context):            # tables for `Code` widgets, read once
            return {"region": Codes(…)}

        def plan(self, rows, context):       # for each row: row.new(…), row.changed(…), row.unchanged() or row.error(…)
            …

        def write(self, rows, context):      # the new and changed rows of the batch, in bulk; within act(…)
            …

        def current(self, context):          # optional: what the records say now, for a template that comes filled
            …

Rows already wrong when `plan` is called are still given, with `row.wrong` true, so that nothing is told twice; leave
them alone. `plan` and `write` are called once a batch, `plan` of a later batch after `write` of the one before, in one
transaction: a preview is the same run, rolled back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from pqip.core.scope import Scope
from pqip.exchange.cleaning import Codes, DatasetResource, ImportColumn

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
GIVEN = "given"
#: The message about a staff number whose record was merged into another.
MERGED = "“{said}” is {known} by now: the two records were merged."
#: The kind of a preview's remarks beside the counts, and the most of them.
TO_CHECK, MOST_REMARKS = "to check", 30
#: The columns that answer whether a new row is about somebody known, and the answer that it is not.
SAME_PERSON, DIFFERENT_PERSON = "same_person_as", "different_person"
DIFFERENT = "different person"
#: The number of characters of a value that an error message repeats.
REPEATED = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell (or, without a column, one row)."""

    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        """Return the text shown on the command line: `row 7, region: "ZZ" is not a region. Use one of NE, YH, …`"""
        where = f"row {self.row}" if self.row else "the file"
        where += f", {self.column}" if self.column else ""
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Question:
    """A row that may be about somebody known already, which only the user who brings the file can tell.

    `alike` says why, in sentences; `choices` are the recorded people it may be about, by staff number and in words. People
    out of the importer's reach are not included. `answer` is a chosen number, `DIFFERENT`, or "" without an answer.
    """

    row: int
    about: str
    alike: list[str]
    choices: list[tuple[str, str]]
    answer: str = ""


@dataclass
class Context:
    """Who imports, how far they reach, the stated time of recording, and what is looked up once for the whole file."""

    by: Any
    scope: Scope
    today: dt.date
    recorded_at: dt.datetime | None = None
    codes: dict[str, Codes] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    news: dict[str, list[str]] = field(default_factory=dict)

    #: Whether everything will be rolled back.
    trial: bool = False

    def first_row(self, key: Hashable, row: Row) -> int:
        """Return the number of the first row of the file about `key`: this row's own, where it is the first."""
        seen: dict[int, int] = self.memory.setdefault("rows by key", {})
        return seen.setdefault(hash(key), row.number)

    @property
    def is_job(self) -> bool:
        return bool(getattr(self.by, "is_job", False))

    def may(self, permission: str) -> bool:
        """Return whether the importer has another permission too; a named job has every permission."""
        return self.is_job or self.by.can(permission)

    def code(self, table: str, key: Any) -> str:
        """Return the code of a key, for showing a value before and after."""
        return str(self.codes[table].code_of.get(key, ""))

    def announce(self, kind: str, name: str) -> None:
        """Note something that the import creates beside its rows, such as a cohort; the preview lists it as new."""
        listed = self.news.setdefault(kind, [])
        if name not in listed:
            listed.append(name)

    def remark(self, words: str) -> None:
        """Note something the importer should look at, though nothing is wrong; the preview shows it once, beside the
        counts.
        """
        remarks: set[str] = self.memory.setdefault("remarks", set())
        if words not in remarks:
            remarks.add(words)
            listed = self.news.setdefault(TO_CHECK, [])
            if len(remarks) <= MOST_REMARKS:
                listed.append(words)
            elif len(remarks) == MOST_REMARKS + 1:
                listed.append("There is more of this kind.")


class Row:
    """A row of the file: its number, its cleaned cells by column name (None where blank), and what is to be done with it."""

    __slots__ = (
        "after",
        "before",
        "cells",
        "data",
        "kind",
        "number",
        "problems",
        "question",
        "raw",
        "sensitive",
        "texts",
    )

    def __init__(
        self,
        number: int,
        raw: Sequence[str],
        texts: Mapping[str, int],
        sensitive: frozenset[str] = frozenset(),
    ) -> None:
        self.number, self.raw, self.texts, self.sensitive = number, raw, texts, sensitive
        self.cells: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.kind = ""
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self.data: Any = None
        self.question: Question | None = None

    def __getitem__(self, column: str) -> Any:
        """Return the cleaned cell; None where it is blank or the file does not have the column."""
        return self.cells.get(column)

    @property
    def given(self) -> set[str]:
        """Return the columns that the file has; a change leaves the others as they are."""
        return set(self.texts)

    def text(self, column: str) -> str:
        """Return the cell as it is in the file."""
        place = self.texts.get(column)
        return self.raw[place] if place is not None and place < len(self.raw) else ""

    @property
    def wrong(self) -> bool:
        return bool(self.problems)

    @property
    def result(self) -> str:
        """Return what is done with the row: new, changed, unchanged or wrong."""
        return WRONG if self.problems else self.kind

    def error(self, column: str, message: str, *, quote: bool = True) -> None:
        """Add an error, which refuses the row. With `quote`, the cell's value comes before the message: `"ZZ" is not a
        region. …`

        The value of a sensitive column is not repeated: `the value given is not known. …`
        """
        value = shortened(self.text(column)) if column else ""
        shown = f'"{value}"'
        if value and column in self.sensitive:
            value, shown = GIVEN, "the value given"
        words = f"{shown} {message}" if quote and value else message
        problem = Problem(
            self.number, column, value, words if words.endswith((".", "…")) else f"{words}."
        )
        self.problems.insert(len(self.problems) - self.is_asked, problem)

    def rule_error(self, column: str, message: str) -> None:
        """Add an error from a rule that compares a value with others: `"2024-02-01" does not fit. The award …`"""
        self.error(column, f"does not fit. {message}" if column and self.text(column) else message)

    def ask(self, question: Question, column: str, message: str) -> None:
        """Ask a question about the row. Without an answer the row is refused, but its other errors come first."""
        if not question.answer:
            self.error(column, message)
        self.question = question

    @property
    def is_asked(self) -> bool:
        """Return whether a question about the row has no answer yet."""
        return self.question is not None and not self.question.answer

    def new(self, after: Mapping[str, Any] | None = None, data: Any = None) -> None:
        self.kind, self.after, self.data = NEW, dict(after or {}), data

    def changed(
        self, before: Mapping[str, Any], after: Mapping[str, Any], data: Any = None
    ) -> None:
        """Mark the row as changed, with the values of each column before and after as people read them (codes, not keys)."""
        self.kind, self.before, self.after, self.data = CHANGED, dict(before), dict(after), data

    def unchanged(self) -> None:
        self.kind = UNCHANGED

    def settle(self, before: Mapping[str, Any], after: Mapping[str, Any], data: Any = None) -> None:
        """Mark the row as `changed` in the columns that differ, or as `unchanged` where none does."""
        differing = [column for column in after if before.get(column) != after[column]]
        if differing:
            self.changed(
                {c: before.get(c) for c in differing}, {c: after[c] for c in differing}, data
            )
        else:
            self.unchanged()
            self.data = data


class Dataset:
    """One of the contract's datasets. Subclass it, declare its attributes and `register` it."""

    name: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[str]
    resource: ClassVar[type[DatasetResource]]
    #: Whether its rows are about people, and so count towards the rows a user takes out in a day
    #: (`pqip/core/handing_out.py`).
    of_people: ClassVar[bool] = True
    #: The page that shows what was imported, by its name in the navigation.
    leads_to: ClassVar[str] = ""
    #: The number of rows in a batch. A shorter file is compared completely before any of it is written.
    batch: ClassVar[int] = 25_000

    @cached_property
    def columns(self) -> dict[str, ImportColumn]:
        """Return the columns by name."""
        return self.resource.columns()

    @cached_property
    def key(self) -> list[str]:
        """Return the names of the columns of the natural key."""
        return [name for name, column in self.columns.items() if column.key]

    @property
    def can_be_filled(self) -> bool:
        """Return whether a template may be filled with what is recorded now."""
        return type(self).current is not Dataset.current

    def codes(self, context: Context) -> dict[str, Codes]:
        """Return the lookup tables of the `Code` widgets, by name."""
        return {}

    def current(self, context: Context) -> Iterable[Mapping[str, Any]]:
        """Yield what is recorded now within reach, as rows by column with codes, dates and lists as values.

        By default nothing.
        """
        return ()

    def hold(self, rows: list[Row], context: Context) -> None:
        """Lock the records that the rows are about, in the order that all writers follow (`workforce/models/holding.py`).

        Called before they are compared, so that what is compared is what will be overwritten. Not called for a check.
        """

    def independence_key(self, row: Row) -> Hashable:
        """Return a key for a planned row.

        Rows with different keys share no rule, so that a check may write them separately.
        """
        return row["staff_number"] if "staff_number" in self.columns else None

    def corrects(self, row: Row) -> Iterable[Any]:
        """Return the ledger rows that a planned row replaces, where the dataset can tell."""
        return ()

    def plan(self, rows: list[Row], context: Context) -> None:
        """Decide for each row without errors what is to be done with it. Set-based: no query inside a loop over rows."""
        raise NotImplementedError

    def write(self, rows: list[Row], context: Context) -> None:
        """Write the batch's new and changed rows in bulk, by the same rules as the screens."""
        raise NotImplementedError

    def confirm(self, rows: list[Row], context: Context) -> None:
        """Called where a file is imported, and not only checked, with the batch's rows that change nothing: where it counts
        that they were said all the same."""

    def finish(self, context: Context) -> None:
        """Called once after the last batch, to update what is derived from all of it."""


def shortened(text: str) -> str:
    """Return the beginning of a long text, for repeating it in a message."""
    return text if len(text) <= REPEATED else f"{text[:REPEATED]}…"


registry: dict[str, Dataset] = {}


def register(dataset: type[Dataset]) -> type[Dataset]:
    """Class decorator: make a dataset importable from the command line and in the browser."""
    registry[dataset.name] = dataset()
    return dataset
