"""The log of who saw and took out what: never the values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pqip.core.acting import act, actor_name
from pqip.core.models import AccessEntry


def log_access(user: Any, kind: str, what: str, detail: dict[str, Any], *, person_key: int | None = None) -> None:
    """Write down that `user` saw or took out `what` (`app:thing`), of the person with that internal key where it was of one."""
    log_access_to(user, kind, what, detail, [person_key])


def log_access_to(user: Any, kind: str, what: str, detail: dict[str, Any], people: Iterable[int | None]) -> None:
    """The same of many people at once: a line for each."""
    said = {"user": user, "actor": actor_name(user), "kind": kind, "what": what, "detail": detail}
    with act(by=user):
        AccessEntry._default_manager.bulk_create(AccessEntry(person_key=key, **said) for key in people)
