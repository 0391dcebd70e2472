"""Links that keep the present query and change one parameter; links to a record."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

NOBODY = UUID(int=0)


def with_query(query: QueryDict, path: str = "", **changes: str | int | None) -> str:
    """Return `path?…` with each named value set, or removed when None or empty. Paging always starts again."""
    changed = query.copy()
    for name in ("page", "after", "before"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value not in (None, ""):
            changed[name] = str(value)
    return _joined(path, changed)


def without_value(query: QueryDict, name: str, value: str, path: str = "") -> str:
    """Return the same address without one chosen value of a filter that may have several."""
    kept = [each for each in query.getlist(name) if each != value]
    changed = query.copy()
    for paging in ("page", "after", "before"):
        changed.pop(paging, None)
    changed.setlist(name, kept) if kept else changed.pop(name, None)
    return _joined(path, changed)


def record_url(name: str, public_id: UUID) -> str:
    """Return the address of a record's page, cached by name, since lists need one for each row."""
    return _way(name).replace(str(NOBODY), str(public_id))


@cache
def _way(name: str) -> str:
    return reverse(name, args=[NOBODY])


def _joined(path: str, query: QueryDict) -> str:
    text = query.urlencode()
    return f"{path}?{text}" if text else path or "?"
