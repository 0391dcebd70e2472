"""Limits how many operations run at once across the whole service, so that they do not take all of the database's
processors.

A turn is a lock of the database session: a killed process gives it back, and web servers and workers on every machine are
counted together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection

#: Numbers of their own: what assessments and merges lock (`assessments/sql/`, `workforce/sql/`) has others.
LOCK_CLASS, ALONE_CLASS = 770006, 770007
LOOK_SECONDS = 0.1
NAMED = "SELECT hashtext(%s)"
TAKE = "SELECT pg_try_advisory_lock(%s, %s)"
GIVE_BACK = "SELECT pg_advisory_unlock(%s, %s)"


@contextmanager
def turn(at_once: int, wait_seconds: float) -> Iterator[bool]:
    """Wait up to `wait_seconds` for one of `at_once` turns; yields whether there was one. It is given back at the end."""
    with _one_of(LOCK_CLASS, range(at_once), wait_seconds) as had_one:
        yield had_one


@contextmanager
def alone(name: str, wait_seconds: float) -> Iterator[bool]:
    """Wait up to `wait_seconds` until nobody else does what has this name; yields whether that was so."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [name])
        number = cursor.fetchone()[0]
    with _one_of(ALONE_CLASS, [number], wait_seconds) as is_alone:
        yield is_alone


@contextmanager
def _one_of(kind: int, numbers: Sequence[int], wait_seconds: float) -> Iterator[bool]:
    until = time.monotonic() + wait_seconds
    while (number := _take(kind, numbers)) is None and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    try:
        yield number is not None
    finally:
        if number is not None:
            _give_back(kind, number)


def _take(kind: int, numbers: Sequence[int]) -> int | None:
    """Return the number taken; None where all are taken."""
    return next((number for number in numbers if _is_true(TAKE, kind, number)), None)


def _give_back(kind: int, number: int) -> None:
    try:
        _is_true(GIVE_BACK, kind, number)
    except (
        DatabaseError
    ):  # a session that cannot answer any more is closed, which gives back its turn
        if not connection.in_atomic_block:
            connection.close()


def _is_true(statement: str, kind: int, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind, number])
        return bool(cursor.fetchone()[0])
