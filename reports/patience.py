"""How long a page waits for a report. What takes longer is made by a worker, and shown when it is ready (`kept.py`).

Reports that keep the database busy take turns over the whole service, pages and workers together (`pqip/core/turns.py`):
one processor of a small machine is left to everybody else's pages. A report whose time nobody knows yet counts as one of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import BoundedSemaphore

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError

from pqip.core.patience import TakesTooLong, took_too_long
from pqip.core.turns import turn
from reports.answers import Answer
from reports.asked import Asked

#: A report that took longer than this goes straight to the worker for as long as that is remembered.
SLOW_SECONDS, REMEMBERED_SECONDS = 2, 60 * 60
#: One that took longer than this takes its turn, for which a page waits so long; a worker at most so long, and goes on.
HEAVY_SECONDS, WAIT_SECONDS, WORKER_WAIT_SECONDS = 1, 1, 120
#: Reports made at once in one process of the web server, light ones too: the rest is for other pages.
AT_ONCE = 2
slots = BoundedSemaphore(AT_ONCE)


def answer_in_page(asked: Asked, *, whole: bool = True) -> Answer:
    """The answer, while the page waits. Raises TakesTooLong where it cannot; OperationalError for anything else."""
    with within_a_page(_name(asked.report.name, asked), or_worker=True):
        return asked.answer(whole=whole)


def people_in_page(asked: Asked) -> AbstractContextManager[None]:
    """For the people behind a number, which no worker finds: they take their turn as a report does. Raises TakesTooLong."""
    return within_a_page(_name(f"{asked.report.name}-people", asked))


@contextmanager
def within_a_page(name: str, *, or_worker: bool = False) -> Iterator[None]:
    """For what a page asks at once: within its turn where it is heavy, timed and remembered.

    Raises TakesTooLong where too many are before it, or it takes too long; `or_worker`: where it took too long lately, too.
    """
    took = _took(name)
    if (or_worker and took is not None and took > SLOW_SECONDS) or not slots.acquire(timeout=WAIT_SECONDS):
        raise TakesTooLong
    is_light = took is not None and took <= HEAVY_SECONDS
    try:
        with nullcontext(True) if is_light else turn(settings.HEAVY_REPORTS_AT_ONCE, WAIT_SECONDS) as is_free:
            if not is_free:
                raise TakesTooLong
            with _timed(name):
                yield
    finally:
        slots.release()


def in_its_turn() -> AbstractContextManager[bool]:
    """For a worker: one whose turn does not come for two minutes goes on beside the others."""
    return turn(settings.HEAVY_REPORTS_AT_ONCE, WORKER_WAIT_SECONDS)


@contextmanager
def _timed(name: str) -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    except OperationalError as error:
        if not took_too_long(error):
            raise
        _remember(name, float("inf"))
        raise TakesTooLong from error
    _remember(name, time.monotonic() - begun)


def _name(what: str, asked: Asked) -> str:
    """What takes about as long: the same report, of a place as wide, of now or of an earlier moment."""
    width = "all" if asked.place.everywhere else f"{len(asked.place.regions)}-{len(asked.place.pdus)}"
    return f"report-took:{what}:{width}:{'then' if asked.known_at else 'now'}"


def _took(name: str) -> float | None:
    """Seconds it took within the last hour; None where nobody knows."""
    try:
        return cache.get(name)
    except redis.RedisError:  # nothing is remembered while the cache is away; turns and the database's own limit still hold
        return None


def _remember(name: str, seconds: float) -> None:
    try:
        cache.set(name, seconds, REMEMBERED_SECONDS)
    except redis.RedisError:
        return
