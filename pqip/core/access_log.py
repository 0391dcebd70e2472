"""The log of who saw and took out what: never the values.

Within a request, what is taken out is written once the file is made and before it is sent (`watching.py`), so that its one line
says which columns it has and its SHA-256, by which a copy that turns up elsewhere is known again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db.models import Sum

from pqip.core.acting import act, actor_name
from pqip.core.clock import now
from pqip.core.models import AccessEntry, ExportAllowance

#: Kinds of which a file leaves the service.
TAKEN = (AccessEntry.Kind.EXPORT, AccessEntry.Kind.DOWNLOAD)
Line = tuple[Any, str, str, dict[str, Any], list[int | None]]
security = logging.getLogger("security.authz")
_taken: ContextVar[list[Line] | None] = ContextVar("taken", default=None)


def log_access(user: Any, kind: str, what: str, detail: dict[str, Any], *, person_key: int | None = None) -> None:
    """Write down that `user` saw or took out `what` (`app:thing`), of the person with that internal key where it was of one."""
    log_access_to(user, kind, what, detail, [person_key])


def log_access_to(user: Any, kind: str, what: str, detail: dict[str, Any], people: Iterable[int | None]) -> None:
    """The same of many people at once: a line for each."""
    kept = _taken.get()
    if kind in TAKEN and kept is not None:
        kept.append((user, kind, what, detail, list(people)))
        return
    said = {"user": user, "actor": actor_name(user), "kind": kind, "what": what, "detail": detail}
    with act(by=user):
        AccessEntry._default_manager.bulk_create(AccessEntry(person_key=key, **said) for key in people)


@contextmanager
def taking() -> Iterator[list[Line]]:
    """What is taken out within is kept for `write_taken`."""
    kept: list[Line] = []
    token = _taken.set(kept)
    try:
        yield kept
    finally:
        _taken.reset(token)


def write_taken(lines: Iterable[Line], told: dict[str, Any], about: int | None = None) -> None:
    """Write what was taken out, with what is known of its file by now, and whom it is about where it is of one."""
    for user, kind, what, detail, people in lines:
        said = told | detail | unusual(user, detail.get("rows"))
        log_access_to(user, kind, what, said, people if people != [None] else [about])


def rows_taken(user: Any, since: dt.datetime) -> int:
    """How many rows somebody has taken out since then."""
    lines = AccessEntry._default_manager.filter(user=user, kind__in=TAKEN, at__gte=since)
    return sum(row for row in lines.values_list("detail__rows", flat=True) if isinstance(row, int))


def rows_allowed(user: Any, since: dt.datetime) -> int:
    """How many more rows than usual somebody else has allowed them since then."""
    given = ExportAllowance._default_manager.filter(user=user, at__gte=since)
    return given.aggregate(rows=Sum("rows"))["rows"] or 0


def unusual(user: Any, rows: Any) -> dict[str, int]:
    """How many rows somebody has taken out within a day, with these, where that is more than usual: then the security log says so
    too (`PQIP_UNUSUAL_ROWS`)."""
    if not isinstance(rows, int):
        return {}
    taken = rows_taken(user, now() - dt.timedelta(days=1)) + rows
    if taken <= settings.PQIP_UNUSUAL_ROWS:
        return {}
    security.warning("more taken out than usual", extra={"event": "unusual volume", "user_key": user.pk, "detail": taken})
    return {"unusual": taken}
