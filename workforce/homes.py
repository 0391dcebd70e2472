"""Where each role lands: its first list. The app that has the list registers it.

    homes.register("pta", "Assessments waiting for me", "assessments:caseload")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import Count
from workforce.roles import ROLES


@dataclass(frozen=True)
class Home:
    """A role's first list and what to call it."""

    label: str
    url_name: str


_homes: dict[str, Home] = {}
_counts: list[Callable[[Any], list[Count]]] = []


def register(role: str, label: str, url_name: str) -> None:
    """Say where a role lands. Raises KeyError for a role that does not exist."""
    ROLES[role]
    _homes[role] = Home(label, url_name)


def add_counts(counts: Callable[[Any], list[Count]]) -> None:
    """Say what first pages count for somebody beside their list: nothing for those whom it does not concern."""
    _counts.append(counts)


def counts_for(user: Any) -> list[Count]:
    """What stands beside the first list of somebody, whichever it is."""
    return [count for counts in _counts for count in counts(user)]


def homes_of(roles: Iterable[str]) -> list[tuple[str, str]]:
    """Label and address of the first lists of these roles, each once, in the order of the roles."""
    found: dict[str, str] = {}
    for role in roles:
        home = _homes.get(role)
        url = _address(home.url_name) if home else ""
        if home and url:
            found.setdefault(url, home.label)
    return [(label, url) for url, label in found.items()]


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
