"""Tables as values: columns, cells, sorting, downloads and the words for no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict

from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Download, Empty, Tag


@dataclass(frozen=True)
class Column:
    """A heading. `sort` is the key a server-side sort uses; `hidden` hides the words from sight, not from readers.

    Put units in the label: *Rate (%)*, not in every cell. `second` is what files call the second line of its cells.
    """

    label: str
    numeric: bool = False
    sort: str = ""
    hidden: bool = False
    second: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell with a link, tags or a second line; a plain value needs no Cell. An empty value shows `empty`."""

    text: object = ""
    url: str = ""
    tags: Sequence[Tag] = ()
    second: object = ""
    hidden: str = ""
    empty: str = ""
    actions: Sequence[Action] = ()

    @property
    def is_empty(self) -> bool:
        return self.text in (None, "") and not self.tags and not self.actions


@dataclass(frozen=True)
class Sorting:
    """Which column the rows are ordered by, and the addresses that order them otherwise."""

    key: str
    descending: bool
    query: QueryDict

    @classmethod
    def chosen(cls, request: HttpRequest, allowed: Iterable[str], default: str) -> Sorting:
        """From `?sort=name` or `?sort=-name`; anything not allowed means the default (which may start with a minus)."""
        asked = request.GET.get("sort", "")
        value = asked if asked.removeprefix("-") in set(allowed) else default
        return cls(value.removeprefix("-"), value.startswith("-"), request.GET)

    @property
    def order(self) -> str:
        """The key as `order_by` reads it."""
        return f"-{self.key}" if self.descending else self.key

    def direction(self, key: str) -> str:
        """The value of `aria-sort`."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def url(self, key: str) -> str:
        """Sort by this column; the one already sorted by turns round."""
        turned = key == self.key and not self.descending
        return with_query(self.query, sort=f"-{key}" if turned else key)


@dataclass(frozen=True)
class Heading:
    """A column as the template shows it."""

    column: Column
    direction: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A row's cells, each with its column."""

    cells: Sequence[tuple[Column, Cell]]


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    `rows` holds one sequence of values or `Cell`s per row, in the order of `columns`. The first cell heads its row
    unless `row_headings` is False. `note` stands beneath (sources, shorthand such as [c]).
    """

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    caption_size: str = "m"
    caption_hidden: bool = False
    row_headings: bool = True
    empty: Empty = field(default_factory=Empty)
    downloads: Sequence[Download] = ()
    sorting: Sorting | None = None
    note: str = ""
    classes: str = ""

    @property
    def is_wide(self) -> bool:
        """More columns than a phone can hold: scrolls sideways rather than squeezes."""
        return len(self.columns) > 3

    @property
    def is_broad(self) -> bool:
        """More columns than fit with something beside them: takes the page's width."""
        return len(self.columns) > 6

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        if not (column.sort and self.sorting):
            return Heading(column)
        return Heading(column, self.sorting.direction(column.sort), self.sorting.url(column.sort))

    @property
    def body(self) -> list[Row]:
        return [Row([(column, as_cell(value)) for column, value in zip(self.columns, row, strict=True)]) for row in self.rows]


def as_cell(value: object) -> Cell:
    """A plain value or a tag as a Cell."""
    if isinstance(value, Cell):
        return value
    return Cell(tags=(value,)) if isinstance(value, Tag) else Cell("" if value is None else value)
