"""Links between the pages of a list: numbered where it is counted; first, previous, next and last where it is read by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.http import QueryDict

from pqip.core.formats import number
from pqip.govuk.links import with_query

#: What stands for a number at the ends of a list whose pages have none.
FIRST, LAST = 1, -1


@dataclass(frozen=True)
class PageLink:
    """A page by its number, or in `words` where it has none; number 0 is the gap between two runs of pages."""

    number: int
    url: str = ""
    current: bool = False
    words: str = ""


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


def numbered(page: Page, query: QueryDict) -> Pagination:
    """From Django's Page, keeping filters and order in each address."""
    rows = f"{number(page.start_index())} to {number(page.end_index())}"
    total = page.paginator.count
    return Pagination(
        previous_url=_page(query, page.previous_page_number()) if page.has_previous() else "",
        next_url=_page(query, page.next_page_number()) if page.has_next() else "",
        items=_links(page, query),
        showing=f"Showing {rows} of {number(total)}" if total else "",
        place=f"page {number(page.number)} of {number(page.paginator.num_pages)}"
        if page.number > 1
        else "",
    )


def keyset(query: QueryDict, before: str = "", after: str = "", showing: str = "") -> Pagination:
    """For lists read by key: `before` and `after` are opaque places; empty where there is nothing further."""
    first = [PageLink(FIRST, with_query(query), words="First")] if before else []
    last = [PageLink(LAST, with_query(query, page="last"), words="Last")] if after else []
    return Pagination(
        previous_url=with_query(query, before=before) if before else "",
        next_url=with_query(query, after=after) if after else "",
        items=[*first, *last],
        showing=showing,
        place=("further on" if after else "last page") if before else "",
    )


def _page(query: QueryDict, number_: int) -> str:
    return with_query(query, page=number_)


def _links(page: Page, query: QueryDict) -> list[PageLink]:
    """First, last, the current and its neighbours; gaps between. Source: GOV.UK pagination component."""
    last = page.paginator.num_pages
    if last < 2:
        return []
    shown = sorted(
        {1, last, *(n for n in range(page.number - 1, page.number + 2) if 1 <= n <= last)}
    )
    links: list[PageLink] = []
    for n in shown:
        if links and n - links[-1].number > 1:
            links.append(PageLink(0))
        links.append(PageLink(n, _page(query, n), n == page.number))
    return links
