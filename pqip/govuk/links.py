"""Links that keep what the address already says and change one thing of it."""

from __future__ import annotations

from django.http import QueryDict


def with_query(query: QueryDict, path: str = "", **changes: str | int | None) -> str:
    """`path?…` with each named value set, or removed when None or empty. Paging always starts again."""
    changed = query.copy()
    for name in ("page", "after", "before"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value not in (None, ""):
            changed[name] = str(value)
    return _joined(path, changed)


def without_value(query: QueryDict, name: str, value: str, path: str = "") -> str:
    """The same address without one chosen value of a filter that may have several."""
    kept = [each for each in query.getlist(name) if each != value]
    changed = query.copy()
    for paging in ("page", "after", "before"):
        changed.pop(paging, None)
    changed.setlist(name, kept) if kept else changed.pop(name, None)
    return _joined(path, changed)


def _joined(path: str, query: QueryDict) -> str:
    text = query.urlencode()
    return f"{path}?{text}" if text else path or "?"
