"""The log of who saw and downloaded what, without the values.

Within a request, a download is logged after the file is made and before it is sent (`watching.py`). Its one line therefore
holds the columns and the SHA-256, by which a copy found elsewhere can be recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pqip.core.acting import acting_as, actor_name
from pqip.core.models import AccessEntry

#: The kinds of entries that mean a file left the service.
DOWNLOAD_KINDS = (AccessEntry.Kind.EXPORT, AccessEntry.Kind.DOWNLOAD)
Line = tuple[Any, str, str, dict[str, Any], list[int | None]]
_taken: ContextVar[list[Line] | None] = ContextVar("taken", default=None)


def log_access(
    user: Any, kind: str, what: str, detail: dict[str, Any], *, person_key: int | None = None
) -> None:
    """Log that `user` saw or downloaded `what` (`app:thing`), about the person with that internal key, if any."""
    log_access_to(user, kind, what, detail, [person_key])


def log_access_to(
    user: Any, kind: str, what: str, detail: dict[str, Any], people: Iterable[int | None]
) -> None:
    """Log the same for many people: an entry for each."""
    kept = _taken.get()
    if kind in DOWNLOAD_KINDS and kept is not None:
        kept.append((user, kind, what, detail, list(people)))
        return
    common = {"user": user, "actor": actor_name(user), "kind": kind, "what": what, "detail": detail}
    with acting_as(by=user):
        AccessEntry._default_manager.bulk_create(
            AccessEntry(person_key=key, **common) for key in people
        )


@contextmanager
def collecting_downloads() -> Iterator[list[Line]]:
    """Collect the downloads logged within, for `write_downloads` to write."""
    kept: list[Line] = []
    token = _taken.set(kept)
    try:
        yield kept
    finally:
        _taken.reset(token)


def write_downloads(
    lines: Iterable[Line], details: dict[str, Any], about: int | None = None
) -> None:
    """Write the collected downloads, with what is now known of the file, and the person it is about where it is about one."""
    for user, kind, what, detail, people in lines:
        log_access_to(user, kind, what, details | detail, people if people != [None] else [about])
