"""Tables as values: columns, cells, sorting, downloads, and the words for an empty table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict
from markupsafe import Markup

from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Download, Empty, Tag

HEADING, HEADING_END = Markup('<th scope="row" class="govuk-table__header">'), Markup("</th>")
PLAIN, PLAIN_END = Markup('<td class="govuk-table__cell">'), Markup("</td>")
NUMERIC = Markup('<td class="govuk-table__cell govuk-table__cell--numeric">')


@dataclass(frozen=True)
class Column:
    """A column. `sort` is the key of a server-side sort; `hidden` hides the heading visually, but not from screen readers.

    Put units in the label: *Rate (%)*, not in every cell. `second` is what files call the second line of the cells.
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
    """The column by which rows are sorted, and the addresses that sort them otherwise."""

    key: str
    descending: bool
    query: QueryDict

    @classmethod
    def chosen(cls, request: HttpRequest, allowed: Iterable[str], default: str) -> Sorting:
        """Read `?sort=name` or `?sort=-name`; anything not allowed means the default (which may begin with a minus)."""
        asked = request.GET.get("sort", "")
        value = asked if asked.removeprefix("-") in set(allowed) else default
        return cls(value.removeprefix("-"), value.startswith("-"), request.GET)

    @property
    def order(self) -> str:
        """Return the key for `order_by`."""
        return f"-{self.key}" if self.descending else self.key

    def direction(self, key: str) -> str:
        """Return the value of `aria-sort`."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def url(self, key: str) -> str:
        """Return the address that sorts by this column; for the present column in the opposite direction."""
        turned = key == self.key and not self.descending
        return with_query(self.query, sort=f"-{key}" if turned else key)


@dataclass(frozen=True)
class Heading:
    """A column as the template shows it."""

    column: Column
    direction: str = ""
    url: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    `rows` holds one sequence of values or `Cell`s per row, in the order of `columns`. The first cell is the row's heading
    unless `row_headings` is False. `note` is shown below (sources, shorthand such as [c]).
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
        """Return whether there are more columns than fit on a phone, so that the table scrolls sideways.

        Three numbers fit beside what they are of.
        """
        if len(self.columns) == 4 and all(column.numeric for column in self.columns[1:]):
            return False
        return len(self.columns) > 3

    @property
    def is_broad(self) -> bool:
        """Return whether there are too many columns to fit beside something else, so that the table takes the page's width."""
        return len(self.columns) > 6

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        if not (column.sort and self.sorting):
            return Heading(column)
        return Heading(column, self.sorting.direction(column.sort), self.sorting.url(column.sort))

    @property
    def body(self) -> list[list[tuple[Markup, object, Markup]]]:
        """Return each row's values as shown, each between the opening and closing tags of its cell."""
        opens, closes = self._tags
        return [list(zip(opens, map(as_shown, row), closes, strict=True)) for row in self.rows]

    @property
    def _tags(self) -> tuple[list[Markup], list[Markup]]:
        """Return the tags of the cells, the same in every row: the first is a heading, numbers are aligned right."""
        opens = [NUMERIC if column.numeric else PLAIN for column in self.columns]
        closes = [PLAIN_END] * len(opens)
        if self.row_headings and opens:
            opens[0], closes[0] = HEADING, HEADING_END
        return opens, closes


def as_cell(value: object) -> Cell:
    """Return a plain value or a tag as a Cell."""
    if isinstance(value, Cell):
        return value
    return Cell(tags=(value,)) if isinstance(value, Tag) else Cell("" if value is None else value)


def in_words(value: object) -> str:
    """The first line of a cell: what it says, with its tags."""
    cell = as_cell(value)
    parts = [cell.text, *(tag.text for tag in cell.tags)]
    return " ".join(str(part) for part in parts if part not in (None, ""))


def as_shown(value: object) -> object:
    """Return a cell's content for the page. Plain values stay as they are, for speed: a page has thousands."""
    if isinstance(value, Tag):
        return as_cell(value)
    return "" if value is None else value
