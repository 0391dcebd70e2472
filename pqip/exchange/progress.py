"""How many rows are done, for the page that waits. Kept in the cache, since it does not matter once the work is over."""

from __future__ import annotations

import logging

from django.core.cache import cache

from pqip.exchange.datasets import Problem, Question, Row
from pqip.exchange.models import ImportRun
from pqip.exchange.outcome import Change, Listener

log = logging.getLogger(__name__)
KEPT_SECONDS = 3_600


class Progress(Listener):
    """Passes every call on, and notes how many rows are done."""

    def __init__(self, run: ImportRun, inner: Listener) -> None:
        self.key, self.inner = _key(run), inner

    def row(self, row: Row) -> None:
        self.inner.row(row)

    def change(self, change: Change) -> None:
        self.inner.change(change)

    def problem(self, problem: Problem) -> None:
        self.inner.problem(problem)

    def question(self, question: Question) -> None:
        self.inner.question(question)

    def progress(self, done: int) -> None:
        try:
            cache.set(self.key, done, KEPT_SECONDS)
        except Exception:
            log.warning("Progress could not be noted.")


def rows_done(run: ImportRun) -> int:
    """Return the number of rows done so far; 0 where that is not known."""
    try:
        return int(cache.get(_key(run), 0))
    except Exception:
        return 0


def _key(run: ImportRun) -> str:
    return f"import-progress:{run.public_id}:{run.state}:{run.checks}"
