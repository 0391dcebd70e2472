"""Pages of a list of any length, each as quick as the first.

A list is counted up to `COUNTED` rows, since counting more costs more than showing a page. One that is not longer has numbered
pages. A longer one is read by key: a page begins after the last row of the one before it, wherever that is, and ends before the
first of the one after it; where a row was is kept in the address by what the list is ordered by, so that the place is still there
when the row is gone. It is sealed, since that may be a name. First and last page have links of their own, and the numbers that
addresses of earlier days hold are still understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import ForeignObjectRel, Model, Q, QuerySet

from pqip.core.sealing import opened, sealed

#: Rows up to which a list is counted and its pages have numbers.
COUNTED = 10_000
#: In an address: the last page, and the rows after or before a place.
LAST, AFTER, BEFORE = "last", "after", "before"
#: The highest number of a page that is looked for; beyond it is the last.
HIGHEST = 10**9
PURPOSE = "a place in a list"


@dataclass(frozen=True)
class ByKey:
    """Which page of a list read by key this is: the places of its first and last row, where others come before or after them.

    `is_first`, `is_last`: nothing comes before or after. `is_long`: it was counted, and is longer than that.
    """

    before: str = ""
    after: str = ""
    is_long: bool = False

    @property
    def is_first(self) -> bool:
        return not self.before

    @property
    def is_last(self) -> bool:
        return not self.after


@dataclass(frozen=True)
class Chosen:
    """The keys of a page's rows, in order, and which page it is."""

    keys: list[Any]
    page: Page | ByKey


def chosen(rows: QuerySet, order: Sequence[str], asked: Mapping[str, str], size: int) -> Chosen:
    """The page of the rows in that order, whose last column is their key, that an address asks for.

    One that cannot be read, or belongs to another order, asks for the first. Where nothing is left after a place, it is the last
    page; before it, the first.
    """
    listed = _Listed(rows, order, size)
    for name, backwards in ((AFTER, False), (BEFORE, True)):
        place = listed.place_in(asked.get(name, ""))
        if place is not None:
            return listed.beside(place, backwards) or listed.end(not backwards)
    return listed.numbered(asked.get("page", ""))


class _Listed:
    """Rows in an order, read from either end or from a place between."""

    def __init__(self, rows: QuerySet, order: Sequence[str], size: int) -> None:
        self.rows, self.size = rows, size
        self.columns = list(_columns(rows.model, order))

    def numbered(self, asked: str) -> Chosen:
        """By number, where it is counted; else from the beginning, which needs no number, or from as far as the number says.

        What fits on its first page is counted by reading it.
        """
        number = min(max(_whole(asked), 1), HIGHEST)
        before = (number - 1) * self.size
        found = [] if before or asked == LAST else self._read(self.rows, False)
        is_whole = 0 < len(found) <= self.size
        counted = len(found) if is_whole else self.rows.order_by()[: COUNTED + 1].count()
        if counted <= COUNTED:
            return self._of_counted(
                counted, HIGHEST if asked == LAST else number, found[: self.size]
            )
        if asked == LAST:
            return self.end(True)
        found = found or self._read(self.rows, False, before)
        return self._page(found, False, follows=before > 0, is_long=True) or self.end(True)

    def beside(self, place: list[Any], backwards: bool) -> Chosen | None:
        """The rows after a place, or before it; None where there are none."""
        beyond = self.rows.filter(_beyond(self.columns, place, backwards))
        return self._page(self._read(beyond, backwards), backwards, follows=True)

    def end(self, backwards: bool) -> Chosen:
        """The first page, or backwards the last."""
        found = self._read(self.rows, backwards)
        return self._page(found, backwards, follows=False) or Chosen([], ByKey())

    def place_in(self, address: str) -> list[Any] | None:
        """What the row at that place was ordered by; None where it is no place in this order."""
        try:
            order, place = json.loads(opened(PURPOSE, address) or "null")
        except (TypeError, ValueError):
            return None
        return place if order == self._order else None

    @property
    def _order(self) -> list[str]:
        return [column.written for column in self.columns]

    def _of_counted(self, counted: int, number: int, read: list[tuple[Any, ...]]) -> Chosen:
        """The page of that number, the last where there are fewer. `read`: the first page, where it was read.

        Rows past the middle are read from the end, so that the last page costs what the first does.
        """
        pages = Paginator(range(counted), self.size)
        page = pages.get_page(number)
        if not counted or read:
            return Chosen([row[-1] for row in read], page)
        first, last = page.start_index() - 1, page.end_index()
        is_late = first > counted - last
        start = counted - last if is_late else first
        keys = self._ordered(self.rows, is_late).values_list("pk", flat=True)
        found = list(keys[start : start + last - first])
        return Chosen(found[::-1] if is_late else found, page)

    def _read(self, rows: QuerySet, backwards: bool, start: int = 0) -> list[tuple[Any, ...]]:
        """A page's rows and one more: what they are ordered by."""
        values = self._ordered(rows, backwards).values_list(*(one.path for one in self.columns))
        return list(values[start : start + self.size + 1])

    def _page(
        self, found: list[tuple[Any, ...]], backwards: bool, *, follows: bool, is_long: bool = False
    ) -> Chosen | None:
        """The page of what was read; `follows`: whether something stands behind where the reading began."""
        if not found:
            return None
        has_more, read = len(found) > self.size, found[: self.size]
        shown = read[::-1] if backwards else read
        has_before, has_after = (has_more, follows) if backwards else (follows, has_more)
        return Chosen(
            [row[-1] for row in shown],
            ByKey(
                self._place(shown[0]) if has_before else "",
                self._place(shown[-1]) if has_after else "",
                is_long,
            ),
        )

    def _place(self, row: tuple[Any, ...]) -> str:
        return sealed(PURPOSE, json.dumps([self._order, row], default=_plain))

    def _ordered(self, rows: QuerySet, backwards: bool) -> QuerySet:
        ordered = rows.order_by(*self._order)
        return ordered.reverse() if backwards else ordered


@dataclass(frozen=True)
class _Column:
    """A column of the order; `may_be_blank` unless the models say that it never is."""

    path: str
    descending: bool
    may_be_blank: bool

    @property
    def written(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    def is_at(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def is_beyond(self, value: Any, backwards: bool) -> Q | None:
        """Blanks stand behind everything, and in front where the order is turned round; None where nothing is beyond."""
        blanks_first = self.descending != backwards
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if blanks_first else None
        beyond = Q(**{f"{self.path}__{'lt' if blanks_first else 'gt'}": value})
        if self.may_be_blank and not blanks_first:
            beyond |= Q(**{f"{self.path}__isnull": True})
        return beyond

    def is_not_before(self, value: Any, backwards: bool) -> Q:
        """What an index can be read from, where it is to be the first column."""
        blanks_first = self.descending != backwards
        if value is None or (self.may_be_blank and not blanks_first):
            return Q()
        return Q(**{f"{self.path}__{'lte' if blanks_first else 'gte'}": value})


def _beyond(columns: Sequence[_Column], place: Sequence[Any], backwards: bool) -> Q:
    """Rows that come after a place in the order, or backwards before it: at it in the first columns, beyond it in the next."""
    ways, at = [], Q()
    for column, value in zip(columns, place, strict=True):
        beyond = column.is_beyond(value, backwards)
        if beyond is not None:
            ways.append(at & beyond)
        at &= column.is_at(value)
    return columns[0].is_not_before(place[0], backwards) & reduce(or_, ways)


def _columns(model: type[Model], order: Sequence[str]) -> Iterator[_Column]:
    """The order's columns. One that names a related record is ordered by what orders those."""
    for each in order:
        path, descending = each.removeprefix("-"), each.startswith("-")
        related, may_be_blank = _followed(model, path)
        if related is None:
            yield _Column(path, descending, may_be_blank)
            continue
        for inner in _columns(related, [str(one) for one in related._meta.ordering or ["pk"]]):
            yield _Column(
                f"{path}__{inner.path}", inner.descending != descending, may_be_blank or inner.may_be_blank
            )  # fmt: skip


def _followed(model: type[Model], path: str) -> tuple[type[Model] | None, bool]:
    """The model of the record that a path leads to, None where it leads to a value; and whether it may lead to nothing.

    What is worked out for each row is not known here: it may be blank.
    """
    may_be_blank, related = False, None
    for step in path.split("__"):
        try:
            field = (related or model)._meta.get_field(
                (related or model)._meta.pk.name if step == "pk" else step
            )
        except FieldDoesNotExist:
            return None, True
        may_be_blank |= isinstance(field, ForeignObjectRel) or field.null
        is_relation = field.is_relation and step == getattr(field, "name", step)
        related = field.related_model if is_relation else None
    return related, may_be_blank


def _whole(text: Any) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return 1


def _plain(value: Any) -> str:
    """Dates, times and decimals as the database reads them back, to the last digit."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
