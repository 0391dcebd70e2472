"""The service navigation. Each app registers its entries when it starts; a person sees those they may open.

navigation.register("Learners", "learners:list", permission="learners.view_learner", order=20)
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import NavItem


@dataclass(frozen=True, order=True)
class Entry:
    """`url_name` takes no arguments; any one of `permissions` opens it, none means anyone signed in."""

    order: int
    label: str
    url_name: str
    permissions: tuple[str, ...] = ()


_entries: dict[str, Entry] = {}


def register(label: str, url_name: str, *, permission: str | tuple[str, ...] = (), order: int = 50) -> None:
    """Add an entry, seen with the permission or with any of several; registering the same URL name again replaces it."""
    permissions = (permission,) if isinstance(permission, str) else permission
    _entries[url_name] = Entry(order, label, url_name, permissions)


def navigation_for(request: HttpRequest) -> list[NavItem]:
    """The entries this person may open, in order, with the one the page belongs to marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    seen = [entry for entry in sorted(_entries.values()) if not entry.permissions or any(map(user.can, entry.permissions))]
    found = [(entry.label, address) for entry in seen if (address := _address(entry))]
    active = max((url for _, url in found if _is_within(request.path, url)), key=len, default="")
    return [NavItem(label, url, active=url == active) for label, url in found]


def _address(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
