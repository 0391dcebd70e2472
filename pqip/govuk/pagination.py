"""Pages of a long list: numbered where the count is known, previous and next where the list is read by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from pqip.govuk.formats import number
from pqip.govuk.links import with_query


@dataclass(frozen=True)
class PageLink:
    """A numbered page; number 0 is the gap between two runs of pages."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Pagination:
    """Links to the neighbours and, when numbered, to pages; `showing` says which rows these are, `place` which page it is after
    the first."""

    previous_url: str = ""
    next_url: str = ""
    items: Sequence[PageLink] = ()
    showing: str = ""
    place: str = ""
    label: str = "Pagination"
    previous_text: str = ""
    next_text: str = ""
    previous_label: str = ""
    next_label: str = ""

    def __bool__(self) -> bool:
        return bool(self.previous_url or self.next_url or len(self.items) > 1)

    @property
    def is_block(self) -> bool:
        return not self.items


class LongPaginator(Paginator):
    """Pages of a queryset that is counted up to `COUNTED` rows, since counting more costs more than showing a page.

    Of a longer list it knows the rows up to the page asked for and whether another follows (`more_follow`); any page can
    still be asked for by its number, and one past the end gives the last.
    """

    COUNTED = 10_000
    LAST = 10**9

    def __init__(self, rows: QuerySet, per_page: int) -> None:
        super().__init__(rows, per_page)
        self.count = rows.order_by()[: self.COUNTED + 1].count()
        self.more_follow = self.count > self.COUNTED

    def get_page(self, number: Any) -> Page:
        """The page of that number; the first for what is no number."""
        if not self.more_follow:
            return super().get_page(number)
        asked = min(max(_whole(number), 1), self.LAST)
        before = (asked - 1) * self.per_page
        rows = list(self.object_list[before : before + self.per_page + 1])
        self.more_follow = len(rows) > self.per_page
        if not rows:
            self.count = self.object_list.count()
            return super().get_page(asked)
        self.count = before + len(rows)
        return Page(rows[: self.per_page], asked, self)


def numbered(page: Page, query: QueryDict) -> Pagination:
    """From Django's Page, keeping filters and order in each address."""
    total = number(page.paginator.count)
    is_whole = not getattr(page.paginator, "more_follow", False)
    if not is_whole:
        total = f"more than {number(max(LongPaginator.COUNTED, page.end_index()))}"
    rows = f"{number(page.start_index())} to {number(page.end_index())}"
    showing = f"Showing {rows} of {total}" if page.paginator.count else ""
    return Pagination(
        previous_url=_page(query, page.previous_page_number()) if page.has_previous() else "",
        next_url=_page(query, page.next_page_number()) if page.has_next() else "",
        items=_links(page, query),
        showing=showing,
        place=_place(page, is_whole),
    )


def keyset(query: QueryDict, before: str = "", after: str = "", showing: str = "") -> Pagination:
    """For lists read by key: `before` and `after` are opaque positions; empty where there is nothing further."""
    return Pagination(
        previous_url=with_query(query, before=before) if before else "",
        next_url=with_query(query, after=after) if after else "",
        showing=showing,
    )


def _place(page: Page, is_whole: bool) -> str:
    """Which page this is, for its title; nothing for the first."""
    if page.number < 2:
        return ""
    return f"page {number(page.number)}" + (f" of {number(page.paginator.num_pages)}" if is_whole else "")


def _page(query: QueryDict, number_: int) -> str:
    return with_query(query, page=number_)


def _whole(text: Any) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return 1


def _links(page: Page, query: QueryDict) -> list[PageLink]:
    """First, last, the current and its neighbours; gaps between. Source: GOV.UK pagination component."""
    last = page.paginator.num_pages
    if last < 2:
        return []
    shown = sorted({1, last, *(n for n in range(page.number - 1, page.number + 2) if 1 <= n <= last)})
    links: list[PageLink] = []
    for n in shown:
        if links and n - links[-1].number > 1:
            links.append(PageLink(0))
        links.append(PageLink(n, _page(query, n), n == page.number))
    return links
