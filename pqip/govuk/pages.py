"""What a view passes to a page: small immutable values that templates show without deciding anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pqip.core.formats import lower_first

TAG_COLOURS = ("grey", "green", "turquoise", "blue", "purple", "pink", "red", "orange", "yellow")


@dataclass(frozen=True)
class Tag:
    """A status in words. Its colour only helps; red is for errors and what is urgent."""

    text: str
    colour: str = "blue"

    @property
    def classes(self) -> str:
        return f"govuk-tag--{self.colour}"


@dataclass(frozen=True)
class NavItem:
    """An entry of the service navigation. `count` shows how much waits behind it; None shows nothing."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Tab:
    """One page of a record, or one view of a list. `count` as in `NavItem`."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Count:
    """A number above the first list, linked to the list that it counts."""

    label: str
    number: int
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumb trail; without `url`, the page itself."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Action:
    """Something to do from a page: a button (`kind` is empty, `secondary` or `warning`) or, with `kind="link"`, a link.

    `hidden` is read out after the label, so that no two links of a page sound alike. With `post` the button sends a form,
    for a change of state without further questions.
    """

    label: str
    url: str
    kind: str = "secondary"
    hidden: str = ""
    post: bool = False

    @property
    def is_link(self) -> bool:
        return self.kind == "link"


@dataclass(frozen=True)
class SummaryRow:
    """A line of a summary list. An empty `value` shows `empty`, with a link to supply it where one is given.

    `change_at` names the field to which a check page leads back, filled in as before: a button of that page's form
    (`answers`).
    """

    key: str
    value: object = ""
    change_url: str = ""
    hidden: str = ""
    empty: str = "Not provided"
    change: str = "Change"
    tag: Tag | None = None
    change_at: str = ""

    @property
    def hidden_text(self) -> str:
        return self.hidden or lower_first(self.key)

    @property
    def is_empty(self) -> bool:
        return self.tag is None and (self.value is None or self.value == "")


@dataclass(frozen=True)
class Summary:
    """A summary list, shown as a card where it has a title."""

    rows: Sequence[SummaryRow]
    title: str = ""
    actions: Sequence[Action] = ()
    heading_level: int = 2

    @property
    def any_change(self) -> bool:
        return any(row.change_url or row.change_at for row in self.rows)


@dataclass(frozen=True)
class Fact:
    """A short labelled fact in the identity bar."""

    label: str
    value: object


@dataclass(frozen=True)
class Identity:
    """Whose record this is: shown above the tabs of every page of it, never in the page's title."""

    name: str
    facts: Sequence[Fact] = ()
    tags: Sequence[Tag] = ()


@dataclass(frozen=True)
class Event:
    """One entry of a timeline: what, who, when. A `date` shows no time; `detail` is one short sentence."""

    title: str
    when: date | datetime
    by: str = ""
    detail: str = ""
    link: Action | None = None
    facts: Sequence[Fact] = ()

    @property
    def has_time(self) -> bool:
        return isinstance(self.when, datetime)


@dataclass(frozen=True)
class Task:
    """One line of a task list; without `url` it cannot be started yet. A `status` given as text has no colour."""

    title: str
    url: str = ""
    status: Tag | str = ""
    hint: str = ""

    @property
    def tag(self) -> Tag | None:
        return self.status if isinstance(self.status, Tag) else None


@dataclass(frozen=True)
class Download:
    """A file with what the page shows. `kind` is the format in capitals; `size` is in words, where known."""

    label: str
    url: str
    kind: str = ""
    size: str = ""


@dataclass(frozen=True)
class Due:
    """Something due next: what, when, whose turn. `overdue`, and what the day depends on, are also said in words."""

    title: str
    on: date | None
    strand: str = ""
    url: str = ""
    overdue: bool = False
    waiting_for: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Empty:
    """What a list says when it has no rows, and what to do then."""

    text: str = "Nothing to show."
    detail: str = ""
    action: Action | None = None
