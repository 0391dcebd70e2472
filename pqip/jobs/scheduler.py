"""The scheduler's process: `celery -A pqip beat`.

It acts only while it holds one lock in PostgreSQL, on a connection of its own: of several schedulers one acts, and when it
dies its connection dies with it and the next takes over within a second. Nothing is kept in a file.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any

from celery.beat import Scheduler as CelerysScheduler
from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection

from pqip.core.background import timing
from pqip.core.background.signals import clock_jumped
from pqip.jobs import health, schedules, sweeping

log = logging.getLogger(__name__)

#: Any number that is the same in every scheduler. Locks are per database.
LOCK = 7_051_964
TICK = 1.0
FORGET_EVERY = 3600.0


class Scheduler(CelerysScheduler):
    """Celery's beat, driven by the database instead of its own list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.lock = Lock()
        self.forgotten_at = time.monotonic()
        self.clock, self.watch = timing.Steadiness(), health.Watch()
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Do nothing: the only schedule is `pqip.jobs.schedules`."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Act where this scheduler holds the lock. Returns the seconds until the next call."""
        try:
            if self.lock.hold():
                self.act()
        except DatabaseFault as error:
            log.warning(
                "The scheduler cannot reach the database: %s. It tries again.", type(error).__name__
            )
            self.lock.release()
            connection.close()
        except Exception:
            log.exception("The scheduler met a fault and goes on.")
        return TICK

    def act(self) -> None:
        """One round: due work, lost work, test jobs, and now and then some tidying.

        While the clock is doubted nothing is due and nothing is deleted.
        """
        close_old_connections()
        now = timing.now()
        self.compare(now)
        if not self.clock.is_doubted:
            schedules.start_due(now)
        sweeping.sweep()
        health.send_canaries()
        self.watch.look()
        if time.monotonic() - self.forgotten_at > FORGET_EVERY and not self.clock.is_doubted:
            self.forgotten_at = time.monotonic()
            sweeping.forget_finished()

    def compare(self, now: dt.datetime) -> None:
        """Notice a clock that does not advance steadily, and report one that jumped ahead."""
        seconds = self.clock.jumped(now)
        if seconds:
            log.error("The clock jumped by %.0f seconds.", seconds)
        if seconds > 0:
            clock_jumped.send_robust(Scheduler, seconds=seconds)

    def close(self) -> None:
        self.lock.release()


def is_acting() -> bool:
    """Return whether some scheduler holds the lock. A scheduler that waits for the lock is healthy too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


class Lock:
    """An advisory lock, held for as long as its own connection lives."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.held = False

    def hold(self) -> bool:
        """Return whether the lock is ours. Raises a database error where the connection is lost."""
        self.connection = self.connection or connection.copy()
        if self.held:
            return self._ask("SELECT true")
        self.held = self._ask("SELECT pg_try_advisory_lock(%s)", LOCK)
        if self.held:
            log.info("This scheduler acts now.")
        return self.held

    def release(self) -> None:
        """Release the lock by closing its connection."""
        if self.connection is not None:
            self.connection.close()
        self.connection, self.held = None, False

    def _ask(self, query: str, *values: Any) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return bool(cursor.fetchone()[0])
