"""Following numbers: those of a page that are links, and what the page behind each counts.

for number in numbers(client.get(address).content.decode()):
    assert counted(client.get(number.url).content.decode()) == number.value
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

NUMBER = re.compile(r"\d[\d,]*")
SHOWING = re.compile(r"Showing [\d,]+ to [\d,]+ of ([\d,]+)")
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
#: Classes whose text is not what a reader sees as the link's number, and links that are numbered and count nothing.
UNSEEN, PAGES = {"govuk-visually-hidden"}, {"govuk-pagination__link", "app-sort"}
#: Within a link, what counts, beside words.
COUNTS = {"app-counts__number", "moj-notification-badge"}


@dataclass(frozen=True)
class Number:
    """A number that is a link: its value, its address, and the words it stands by."""

    value: int
    url: str
    words: str


@dataclass
class _Link:
    url: str
    classes: set[str]
    depth: int
    seen: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Links with what of their text is seen; rows of its lists; what the page states it counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, set[str]]] = []
        self.link: _Link | None = None
        self.numbers: list[Number] = []
        #: Rows of each list of the page in order; 0 for one of which the page says that there is nothing.
        self.lists: list[int] = []
        self.stated: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        classes = set(said.get("class", "").split())
        if tag == "table":
            self.lists.append(0)
        elif tag == "tr" and self._within("tbody"):
            self.lists[-1] += 1
        elif "app-nothing" in classes:
            self.lists.append(0)
        if tag not in VOID:
            self.open.append((tag, classes))
        if tag == "a" and said.get("href"):
            self.link = _Link(said["href"], classes, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "a" and self.link is not None:
            self._close(self.link)
            self.link = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        self.text.append(words)
        if self._is_a("app-total"):
            self.stated.append(words)
        if self.link is not None:
            self.link.words.append(words)
            if not self._is_a(*UNSEEN):
                self.link.seen.append(words)
                if self._is_a(*COUNTS):
                    self.link.counts.append(words)

    def _close(self, link: _Link) -> None:
        if link.classes & PAGES or link.url.startswith("#"):
            return
        shown = " ".join(link.counts or link.seen)
        if NUMBER.fullmatch(shown):
            self.numbers.append(Number(_whole(shown), link.url, " ".join(link.words)))

    def _within(self, tag: str) -> bool:
        return any(each == tag for each, _ in self.open)

    def _is_a(self, *classes: str) -> bool:
        return any(kinds & set(classes) for _, kinds in self.open)


def numbers(html: str) -> list[Number]:
    """Every number of a page that opens something."""
    return _read(html).numbers


def counted(html: str) -> int:
    """What a page counts: what it states, else all the rows of its list, also those of its other pages; 0 where it has none."""
    reader = _read(html)
    if reader.stated:
        return _whole(NUMBER.findall(reader.stated[0])[0])
    return listed(html)


def listed(html: str) -> int:
    """How many rows a page's list has over all its pages."""
    reader = _read(html)
    showing = SHOWING.search(" ".join(reader.text))
    return _whole(showing[1]) if showing else next(iter(reader.lists), 0)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
