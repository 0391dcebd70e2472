"""One database, one broker, and as many workers and schedulers as a drill asks for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import kombu.pools
import psycopg2

from pqip.celery import app
from pqip.core.acting import Job as NamedJob
from pqip.jobs import waking
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from tests.faults.drill import tasks  # noqa: F401  (declares the drills' kinds of work)
from tests.faults.machines import PATIENCE, QUEUES, Broker, Machine, wait_until
from tests.harness.database import RealDatabase

OPERATOR = NamedJob("drill")


class Plant:
    """What a drill works with."""

    def __init__(self, database: RealDatabase, broker: Broker, folder: Path) -> None:
        self.database, self.broker, self.folder = database, broker, folder
        self.files = folder / "files"
        self.machines: list[Machine] = []
        self.numbers = itertools.count(1)

    def as_owner(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def holding(self, table: str, mode: str) -> Iterator[None]:
        """Make whoever needs the table wait: `SHARE` lets others read it but not write, `ACCESS EXCLUSIVE` neither."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield

    def somebody_waits(self) -> bool:
        """Whether anybody stands before a lock in this database."""
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'relation'"
        return bool(self.as_owner(asked)[0][0])

    def _connect(self) -> Any:
        return psycopg2.connect(self.database.environment["DATABASE_OWNER_URL"])

    def start(self, *command: str, **environment: str) -> Machine:
        surroundings = {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            **self.database.environment,
            "REDIS_URL": self.broker.url,
            "CELERY_BROKER_URL": self.broker.url,
            "REMAP_SIGTERM": "SIGQUIT",
            "PQIP_FILES": str(self.files),
        }
        machine = Machine(
            list(command), surroundings | environment, self.folder / f"{next(self.numbers)}.log"
        )
        self.machines.append(machine)
        return machine

    def worker(self, concurrency: int = 1, queues: str = QUEUES, **environment: str) -> Machine:
        number = str(len(self.machines))
        return self.start("worker", "-Q", queues, "-c", str(concurrency), "-n", f"w{number}@drill", "--without-mingle",
                          "--without-gossip", "--loglevel", "INFO", **environment)  # fmt: skip

    def scheduler(self, **environment: str) -> Machine:
        return self.start("beat", "--pidfile=", "--loglevel", "INFO", **environment)

    def ask(self, kind: str, key: str, **payload: Any) -> Job:
        return enqueue(kind, key=key, payload=payload, by=OPERATOR)

    def effects(self, key: str) -> int:
        return self.as_owner("SELECT count(*) FROM drill_effect WHERE key = %s", key)[0][0]

    def state(self, key: str) -> str:
        return Job.objects.get(key=key).state

    def wait_for(self, key: str, state: str, seconds: float = PATIENCE) -> float:
        return self.wait_until(lambda: self.state(key) == state, seconds, f"job {key} is {state}")

    def wait_until(self, is_so: Callable[[], object], seconds: float, what: str) -> float:
        """As the function of that name; where it fails, the processes' last words are told too."""
        try:
            return wait_until(is_so, seconds, what)
        except AssertionError as error:
            last_words = "\n".join(machine.last_words() for machine in self.machines)
            raise AssertionError(f"{error}\n{last_words}") from None

    def mails(self) -> list[str]:
        """Every e-mail that has left the house."""
        return [path.read_text() for path in (self.files / "mail").glob("*.log")]

    def stop(self) -> None:
        for machine in self.machines:
            machine.kill()


def forget_connections() -> None:
    """Let the next publish make a connection to wherever the environment says by then."""
    app._pool = None
    app.amqp._producer_pool = None
    kombu.pools.reset()
    waking._quiet_until = 0.0
