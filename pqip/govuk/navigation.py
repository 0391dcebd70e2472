"""The service navigation. Each app registers its entries when it starts; a person sees those they may open.

navigation.register("Learners", "learners:list", permission="learners.view_learner", order=20)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import NavItem, Tab


@dataclass(frozen=True, order=True)
class Entry:
    """`url_name` takes no arguments; any one of `permissions` opens it, none means anyone signed in.

    One `under` another is a tab of its list for those who see both, and stands by itself for the others.
    """

    order: int
    label: str
    url_name: str
    permissions: tuple[str, ...] = ()
    under: str = ""


_entries: dict[str, Entry] = {}


def register(label: str, url_name: str, *, permission: str | tuple[str, ...] = (), order: int = 50, under: str = "") -> None:
    """Add an entry, seen with the permission or with any of several; registering the same URL name again replaces it."""
    permissions = (permission,) if isinstance(permission, str) else permission
    _entries[url_name] = Entry(order, label, url_name, permissions, under)


def navigation_for(request: HttpRequest) -> list[NavItem]:
    """The entries this person may open, in order, with the one the page belongs to marked."""
    found = _seen_by(request)
    active = _active(request.path, found)
    return [
        NavItem(entry.label, url, active=active is not None and entry.url_name in {active.url_name, active.under})
        for entry, url in found.items() if not _is_beneath(entry, found)
    ]


def section_of(request: HttpRequest) -> list[Tab]:
    """The lists that stand under one entry of the navigation, as tabs of each of them; none elsewhere."""
    found = _seen_by(request)
    here = next((entry for entry, url in found.items() if url == request.path), None)
    if here is None:
        return []
    head = here.under if _is_beneath(here, found) else here.url_name
    section = [(entry, url) for entry, url in found.items() if head in {entry.url_name, entry.under}]
    return [Tab(entry.label, url, active=entry == here) for entry, url in section] if len(section) > 1 else []


def link_for(user: Any, url_name: str) -> NavItem | None:
    """The entry of a URL name as a link, for those who may open it."""
    entry = _entries.get(url_name)
    if entry is None or not (not entry.permissions or any(map(user.can, entry.permissions))):
        return None
    url = _address(entry)
    return NavItem(entry.label, url) if url else None


def _seen_by(request: HttpRequest) -> dict[Entry, str]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    seen = [entry for entry in sorted(_entries.values()) if not entry.permissions or any(map(user.can, entry.permissions))]
    return {entry: address for entry in seen if (address := _address(entry))}


def _is_beneath(entry: Entry, found: dict[Entry, str]) -> bool:
    """Whether another entry that this person sees leads to this one."""
    return any(entry.under == other.url_name for other in found)


def _active(path: str, found: dict[Entry, str]) -> Entry | None:
    within = [entry for entry, url in found.items() if _is_within(path, url)]
    return max(within, key=lambda entry: len(found[entry]), default=None)


def _address(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
