"""The first page of each role: its first list. The app that has the list registers it.

landing_pages.register("pta", "Assessments waiting for me", "assessments:caseload")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import Count
from workforce.roles import ROLES


@dataclass(frozen=True)
class LandingPage:
    """A role's first list, and its label."""

    label: str
    url_name: str


_landing_pages: dict[str, LandingPage] = {}
_counts: list[Callable[[Any], list[Count]]] = []


def register(role: str, label: str, url_name: str) -> None:
    """Register the first page of a role. Raises KeyError for a role that does not exist."""
    ROLES[role]
    _landing_pages[role] = LandingPage(label, url_name)


def add_counts(counts: Callable[[Any], list[Count]]) -> None:
    """Register a function that returns what first pages count beside their list.

    It returns nothing for users whom the counts do not concern.
    """
    _counts.append(counts)


def counts_for(user: Any) -> list[Count]:
    """Return the counts beside the first list of a user, whichever list that is."""
    return [count for counts in _counts for count in counts(user)]


def landing_pages_of(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Return label and address of the first lists of these roles, each once, in the order of the
    roles.
    """
    found: dict[str, str] = {}
    for role in roles:
        home = _landing_pages.get(role)
        url = _address(home.url_name) if home else ""
        if home and url:
            found.setdefault(url, home.label)
    return [(label, url) for url, label in found.items()]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
