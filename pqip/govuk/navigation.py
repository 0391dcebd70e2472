"""The service navigation. Each app registers its entries when it starts; a user sees those they may open.

Example: `navigation.register("Learners", "learners:list", permission="learners.view_learner", order=20)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import NavItem, Tab


@dataclass(frozen=True, order=True)
class Entry:
    """An entry of the navigation. `url_name` takes no arguments; any one of `permissions` is enough, and none means any
    signed-in user.

    An entry that is `under` another is a tab of its list for users who see both, and an entry of its own for others.
    """

    order: int
    label: str
    url_name: str
    permissions: tuple[str, ...] = ()
    under: str = ""


_entries: dict[str, Entry] = {}


def register(
    label: str,
    url_name: str,
    *,
    permission: str | tuple[str, ...] = (),
    order: int = 50,
    under: str = "",
) -> None:
    """Register an entry, shown with any of the permissions. Registering the same URL name again replaces it."""
    permissions = (permission,) if isinstance(permission, str) else permission
    _entries[url_name] = Entry(order, label, url_name, permissions, under)


def navigation_for(request: HttpRequest) -> list[NavItem]:
    """Return the entries that this user may open, in order, with the one of the present page marked."""
    found = _seen_by(request)
    active = _active(request.path, found)
    return [
        NavItem(
            entry.label,
            url,
            active=active is not None and entry.url_name in {active.url_name, active.under},
        )
        for entry, url in found.items()
        if not _is_beneath(entry, found)
    ]


def section_of(request: HttpRequest) -> list[Tab]:
    """Return the lists under one navigation entry, as tabs; empty on other pages."""
    found = _seen_by(request)
    here = next((entry for entry, url in found.items() if url == request.path), None)
    if here is None:
        return []
    head = here.under if _is_beneath(here, found) else here.url_name
    section = [
        (entry, url) for entry, url in found.items() if head in {entry.url_name, entry.under}
    ]
    return (
        [Tab(entry.label, url, active=entry == here) for entry, url in section]
        if len(section) > 1
        else []
    )


def link_for(user: Any, url_name: str) -> NavItem | None:
    """Return the entry of a URL name as a link where the user may open it; None otherwise."""
    entry = _entries.get(url_name)
    if entry is None or not (not entry.permissions or any(map(user.can, entry.permissions))):
        return None
    url = _address(entry)
    return NavItem(entry.label, url) if url else None


def _seen_by(request: HttpRequest) -> dict[Entry, str]:
    """Return the entries that the user may open, with their addresses; computed once for each request, since the frame asks
    twice.
    """
    if not hasattr(request, "navigation_seen"):
        request.navigation_seen = _seen(request)  # type: ignore[attr-defined]
    return request.navigation_seen  # type: ignore[attr-defined]


def _seen(request: HttpRequest) -> dict[Entry, str]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    seen = [
        entry
        for entry in sorted(_entries.values())
        if not entry.permissions or any(map(user.can, entry.permissions))
    ]
    return {entry: address for entry in seen if (address := _address(entry))}


def _is_beneath(entry: Entry, found: dict[Entry, str]) -> bool:
    """Return whether another entry that this user sees leads to this one."""
    return any(entry.under == other.url_name for other in found)


def _active(path: str, found: dict[Entry, str]) -> Entry | None:
    within = [entry for entry, url in found.items() if _is_within(path, url)]
    return max(within, key=lambda entry: len(found[entry]), default=None)


def _address(entry: Entry) -> str:
    return _address_of(entry.url_name)


@cache
def _address_of(url_name: str) -> str:
    """Return where a list is, "" where it is not; addresses never change while the service runs."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
