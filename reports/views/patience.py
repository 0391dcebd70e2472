"""How long a page waits for a report. What takes longer is made by a worker, and shown when it is ready (`waited.py`).

Reports that keep the database busy take turns across the whole service, pages and workers together (`pqip/core/turns.py`),
so that one processor of a small machine is left for other pages. A report whose duration is not known yet counts as one of
them.
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
from reports.queries.answers import Answer
from reports.queries.asked import Asked

#: A report that took longer than this (seconds) goes straight to the worker while that is remembered.
SLOW_SECONDS, REMEMBERED_SECONDS = 2, 60 * 60
#: A report that took longer than this takes turns. A page waits for its turn for at most the second number; a worker for
#: longer (`make_run`).
HEAVY_SECONDS, WAIT_SECONDS = 1, 1
#: The most reports made at once in one web server process, fast ones included; the rest of its threads serve other pages.
AT_ONCE = 2
slots = BoundedSemaphore(AT_ONCE)


def answer_in_page(asked: Asked, *, with_more: bool = True) -> Answer:
    """Return the answer while the page waits.

    Raises TakesTooLong where it takes longer than a page may; OperationalError for any other failure of the database.
    """
    says = asked.report.at_once
    if says is not None:
        with asked.question() as question:
            if not says(question):
                raise TakesTooLong
    with within_a_page(_name(asked.report.name, asked), or_worker=says is None):
        return asked.answer(with_more=with_more)


def people_in_page(asked: Asked) -> AbstractContextManager[None]:
    """Enclose the query for people behind a number, which no worker makes: it takes turns like a report.

    Raises TakesTooLong.
    """
    return within_a_page(_name(f"{asked.report.name}-people", asked))


@contextmanager
def within_a_page(name: str, *, or_worker: bool = False) -> Iterator[None]:
    """Enclose what a page computes itself: take turns where it is slow, measure the time and remember it.

    Raises TakesTooLong where too many wait for their turn, or it takes too long; with `or_worker`, also where it recently
    took too long.
    """
    took = _took(name)
    if (or_worker and took is not None and took > SLOW_SECONDS) or not slots.acquire(
        timeout=WAIT_SECONDS
    ):
        raise TakesTooLong
    is_light = took is not None and took <= HEAVY_SECONDS
    try:
        with (
            nullcontext(True)
            if is_light
            else turn(settings.HEAVY_REPORTS_AT_ONCE, WAIT_SECONDS) as is_free
        ):
            if not is_free:
                raise TakesTooLong
            with _timed(name):
                yield
    finally:
        slots.release()


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
    """Return the name under which durations are remembered: the report, the size of the place, and whether it is as known
    now.
    """
    width = (
        "all" if asked.place.everywhere else f"{len(asked.place.regions)}-{len(asked.place.pdus)}"
    )
    return f"report-took:{what}:{width}:{'then' if asked.known_at else 'now'}"


def _took(name: str) -> float | None:
    """Return how many seconds it took within the last hour; None where that is not known."""
    try:
        return cache.get(name)
    except redis.RedisError:  # without the cache nothing is remembered; turns and the database's own time limit still hold
        return None


def _remember(name: str, seconds: float) -> None:
    try:
        cache.set(name, seconds, REMEMBERED_SECONDS)
    except redis.RedisError:
        return
