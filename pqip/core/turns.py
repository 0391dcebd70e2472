"""A few at a time over the whole service: what would take the database's processors from everybody takes turns.

A turn is a lock of the database's own session, so that whoever is killed gives it back, and web servers and workers on any
machine count together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

LOCK_CLASS = 770002
LOOK_SECONDS = 0.1
TAKE = "SELECT pg_try_advisory_lock(%s, %s)"
GIVE_BACK = "SELECT pg_advisory_unlock(%s, %s)"


@contextmanager
def turn(at_once: int, wait_seconds: float) -> Iterator[bool]:
    """Take one of so many turns, waiting so long for it; yields whether there was one. It is given back at the end."""
    until = time.monotonic() + wait_seconds
    while (taken := _take(at_once)) is None and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _give_back(taken)


def _take(at_once: int) -> int | None:
    """The number of the turn taken; None where all are."""
    for number in range(at_once):
        if _said(TAKE, number):
            return number
    return None


def _give_back(number: int) -> None:
    try:
        _said(GIVE_BACK, number)
    except DatabaseError:  # a session in which nothing can be said any more ends, and its turn with it
        if not connection.in_atomic_block:
            connection.close()


def _said(statement: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_CLASS, number])
        return bool(cursor.fetchone()[0])
