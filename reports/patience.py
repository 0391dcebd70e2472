"""How long a page waits for a report. What takes longer is made by a worker, and shown when it is ready (`kept.py`)."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

import redis
from django.core.cache import cache
from django.db import OperationalError

from pqip.core.patience import took_too_long
from reports.answers import Answer
from reports.asked import Asked

#: A report that took longer than this goes straight to the worker for as long as that is remembered.
SLOW_SECONDS, REMEMBERED_SECONDS = 2, 60 * 60
#: Reports made at once in one process of the web server, and how long one more waits: the rest is for other pages.
AT_ONCE, WAIT_SECONDS = 2, 1
slots = BoundedSemaphore(AT_ONCE)


class TakesTooLong(Exception):
    """A page cannot wait for this report."""


def answer_in_page(asked: Asked, *, whole: bool = True) -> Answer:
    """The answer, while the page waits. Raises TakesTooLong where it cannot; OperationalError for anything else."""
    name = _name(asked)
    if _is_slow(name) or not slots.acquire(timeout=WAIT_SECONDS):
        raise TakesTooLong
    begun = time.monotonic()
    try:
        answered = asked.answer(whole=whole)
    except OperationalError as error:
        if not took_too_long(error):
            raise
        _remember(name)
        raise TakesTooLong from error
    finally:
        slots.release()
    if time.monotonic() - begun > SLOW_SECONDS:
        _remember(name)
    return answered


def _name(asked: Asked) -> str:
    """What takes about as long: the same report, of a place as wide, of now or of an earlier moment."""
    width = "all" if asked.place.everywhere else f"{len(asked.place.regions)}-{len(asked.place.pdus)}"
    return f"slow-report:{asked.report.name}:{width}:{'then' if asked.known_at else 'now'}"


def _is_slow(name: str) -> bool:
    try:
        return bool(cache.get(name))
    except redis.RedisError:  # nothing is remembered while the cache is away; the database's own limit still holds
        return False


def _remember(name: str) -> None:
    try:
        cache.set(name, True, REMEMBERED_SECONDS)
    except redis.RedisError:
        return
