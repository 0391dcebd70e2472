"""What is written: a workbook with a cover, and sheets with one table each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Marker(Enum):
    """Shorthand in place of a value, in square brackets as in published statistics."""

    NOT_APPLICABLE = "[z]"
    SUPPRESSED = "[c]"


NOT_APPLICABLE, SUPPRESSED = Marker.NOT_APPLICABLE, Marker.SUPPRESSED


class Kind(Enum):
    """How a column's values are typed and shown."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    INSTANT = "instant"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class SheetColumn:
    """A column: its public name, a title for people, what it means, and the kind of its values."""

    name: str
    title: str
    definition: str = ""
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Sheet:
    """One table: a tab name of at most 30 characters, a title, columns, and rows in the columns' order."""

    name: str
    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[object]]
    note: str = ""


@dataclass(frozen=True)
class Workbook:
    """A cover of labelled lines (title, as-at, known-at, scope, who produced it) and the sheets. `made_at` is its date.

    A `plain` workbook, to be filled in and imported, has no cover and no titles: its first sheet begins with the header.
    """

    title: str
    cover: Sequence[tuple[str, str]]
    sheets: Sequence[Sheet]
    made_at: dt.datetime
    notes: Sequence[tuple[str, str]] = field(default_factory=tuple)
    plain: bool = False

    @property
    def definitions(self) -> Sheet:
        """Return the notes sheet: every column of every table, and the shorthand."""
        rows = [
            (sheet.name, column.name, column.title, column.definition)
            for sheet in self.sheets
            for column in sheet.columns
        ]
        shorthand = () if self.plain else SHORTHAND
        rows += [("All", label, label, words) for label, words in (*shorthand, *self.notes)]
        columns = [SheetColumn(name, name) for name in ("Table", "Column", "Title", "Meaning")]
        return Sheet("Notes", "Notes: what every column means", columns, rows)


SHORTHAND = (
    ("[z]", "Not applicable: there is nothing to divide by."),
    ("[c]", "Confidential: withheld so that nobody can be recognised."),
)
