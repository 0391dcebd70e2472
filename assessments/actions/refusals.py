"""Puts the database's own refusals into the words of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from pqip.core.errors import Conflict, RuleBroken

GUARDED = "PQ1"
NOT_UNIQUE = "23505"


@contextmanager
def refusals(taken: str) -> Iterator[None]:
    """Around `act`: a guard's refusal becomes RuleBroken with its message, a second of its kind Conflict(`taken`)."""
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "pgcode", "") or ""
        if state.startswith(GUARDED):
            raise RuleBroken(error.__cause__.diag.message_primary) from error
        if state == NOT_UNIQUE:
            raise Conflict(taken) from error
        raise
