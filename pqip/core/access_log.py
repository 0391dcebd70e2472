"""The log of who saw and took out what: never the values."""

from __future__ import annotations

from typing import Any

from pqip.core.acting import actor_name
from pqip.core.models import AccessEntry


def log_access(user: Any, kind: str, what: str, detail: dict[str, Any], *, person_key: int | None = None) -> None:
    """Write down that `user` saw or took out `what` (`app:thing`), of the person with that internal key where it was of one."""
    AccessEntry._default_manager.create(
        user=user, actor=actor_name(user), kind=kind, what=what, person_key=person_key, detail=detail
    )
