"""Finding anyone from every page.

Each floor registers the people it can find, and the page shows each kind under its own heading.

    finding.register(Finder(10, "Learners", "learners.view_learner", find_learners))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 20


@dataclass(frozen=True)
class Found:
    """Somebody who was found: name, staff number, place, and page."""

    name: str
    staff_number: str
    facts: str
    url: str


#: A function that returns people who match the words within the user's reach, best first, up to a
#: limit.
Find = Callable[[Any, str, int], Sequence[Found]]


@dataclass(frozen=True, order=True)
class Finder:
    """A kind of people that users with a permission may find. A lower `order` comes first."""

    order: int
    title: str
    permission: str
    find: Find


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Register a kind of people. A second registration of a title replaces the first."""
    _finders[finder.title] = finder


def find(user: Any, words: str) -> list[tuple[str, Sequence[Found]]]:
    """Return the title and the people found of each kind that the user may see, in order.

    Each list holds one more than is shown if there are more.
    """
    allowed = [
        finder
        for finder in sorted(_finders.values(), key=lambda each: each.order)
        if user.can(finder.permission)
    ]
    return [(finder.title, finder.find(user, words, SHOWN + 1)) for finder in allowed]
