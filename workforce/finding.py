"""Finding anyone from every page. Each floor registers who it can find; the page shows each kind under its own heading.

    finding.register(Finder(10, "Learners", "learners.view_learner", find_learners))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from workforce import reading
from workforce.models import Person

SHOWN = 20


@dataclass(frozen=True)
class Found:
    """Somebody found: name, staff number, where they are, and their page."""

    name: str
    staff_number: str
    facts: str
    url: str


#: Who matches the words, within the asker's reach: at most as many as told, best first.
Find = Callable[[Any, str, int], Sequence[Found]]


@dataclass(frozen=True, order=True)
class Finder:
    """A kind of people that may be found by those with a permission; lower `order` comes first."""

    order: int
    title: str
    permission: str
    find: Find


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Add a kind; registering the same title again replaces it."""
    _finders[finder.title] = finder


def find(user: Any, words: str) -> list[tuple[str, Sequence[Found]]]:
    """Title and people found of each kind the asker may see, in order; one more than shown says there are more."""
    allowed = [finder for finder in sorted(_finders.values(), key=lambda each: each.order) if user.can(finder.permission)]
    return [(finder.title, finder.find(user, words, SHOWN + 1)) for finder in allowed]


def find_staff(user: Any, words: str, limit: int) -> list[Found]:
    """Staff by name or staff number. Where nobody is called so: whoever a record of that number was merged into."""
    people = reading.for_lists(reading.people(user)).order_by("sort_name", "pk")
    rows = list(people.matching(words)[:limit]) or list(people.numbered(words)[:limit])
    return [_found(person) for person in rows]


def _found(person: Person) -> Found:
    facts = ", ".join(str(fact) for fact in (person.grade, person.pdu or person.region) if fact)
    return Found(person.name, person.staff_number, facts, reverse("workforce:person", args=[person.public_id]))


register(Finder(50, "Staff", reading.VIEW, find_staff))
