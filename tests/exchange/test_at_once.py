"""Two at once, and a worker killed in the middle: one outcome, all of it or nothing. Really committed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from pqip.core.acting import act
from pqip.core.clock import now
from pqip.core.errors import Conflict
from pqip.exchange import datasets, engine
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import Context, Row
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from pqip.jobs.running import run as run_job
from tests.exchange.things import MAKE, Things, things
from tests.harness.database import RealDatabase, application_role
from tests.personas import persona

GOOD = b"code,region,title\nA,NE,one\nB,YH,two\n"


class WatchedThings(Things):
    """Things in a real table. `meanwhile` happens after a batch has been written, before anything is committed."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def write(self, rows: list[Row], context: Context) -> None:
        super().write(rows, context)
        type(self).meanwhile()


@pytest.fixture
def dataset(real_db: RealDatabase, monkeypatch: pytest.MonkeyPatch) -> type[WatchedThings]:
    with closing(psycopg2.connect(real_db.environment["DATABASE_OWNER_URL"])) as owner, owner.cursor() as cursor:
        cursor.execute(MAKE.replace("TEMPORARY ", ""))
        cursor.execute(f'GRANT ALL ON thing TO "{application_role()}"')
        owner.commit()
    monkeypatch.setitem(datasets.registry, "things", WatchedThings())
    monkeypatch.setattr(WatchedThings, "meanwhile", staticmethod(lambda: None))
    return WatchedThings


@pytest.fixture
def manager(dataset: object) -> Any:
    return persona("learning_manager")


@pytest.fixture
def checked(dataset: object, files: Path, manager: Any, woken: None) -> Callable[[], ImportRun]:
    """A file brought and checked, ready to be confirmed."""

    def checked() -> ImportRun:
        run = start_import(by=manager, dataset=datasets.registry["things"], file=SimpleUploadedFile("a.csv", GOOD))
        run_job(Job.objects.get(key=run.job_key).pk)
        run.refresh_from_db()
        return run

    return checked


def both(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """What two threads that begin together return, or raise."""
    ready, said = Barrier(2), []

    def go(what: Callable[[], object]) -> None:
        ready.wait()
        try:
            said.append(what())
        except Conflict as conflict:
            said.append(conflict)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(what,)) for what in (first, second)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


def test_two_confirmations_at_once_are_one(checked: Callable[[], ImportRun], manager: Any) -> None:
    run = checked()
    said = both(*[lambda: confirm_import(by=manager, run=ImportRun.objects.get(pk=run.pk)).state] * 2)
    assert sorted(map(str, said)) == ["This file is not waiting to be confirmed any more.", "applying"]
    assert Job.objects.filter(kind="exchange.apply_import").count() == 1


def test_two_workers_with_the_same_job_write_once(checked: Callable[[], ImportRun], manager: Any, dataset: Any) -> None:
    written: list[int] = []
    run = confirm_import(by=manager, run=checked())
    dataset.meanwhile = staticmethod(lambda: written.append(1))
    job = Job.objects.get(key=run.job_key)
    assert sorted(map(bool, both(lambda: run_job(job.pk), lambda: run_job(job.pk)))) == [False, True]
    run.refresh_from_db()
    assert (run.state, len(written), things()) == ("done", 1, {"A": "one", "B": "two"})


def test_two_files_that_say_the_same_at_once(checked: Callable[[], ImportRun], manager: Any, dataset: Any) -> None:
    """One is applied; the other, shown before, has nothing left to change and says so after another check."""
    dataset.meanwhile = staticmethod(lambda: time.sleep(0.3))  # long enough for the other to have planned too
    runs = [confirm_import(by=manager, run=run) for run in (checked(), checked())]
    jobs = [Job.objects.get(key=run.job_key).pk for run in runs]
    both(lambda: run_job(jobs[0]), lambda: run_job(jobs[1]))
    for run in runs:
        run.refresh_from_db()
    assert sorted(run.state for run in runs) == ["checking", "done"]
    late = next(run for run in runs if run.state == "checking")
    assert "checked again" in late.message
    run_job(Job.objects.get(key=late.job_key).pk)
    late.refresh_from_db()
    assert (late.state, late.unchanged, things()) == ("unchanged", 2, {"A": "one", "B": "two"})


@pytest.fixture
def killed(dataset: Any) -> Callable[[int], None]:
    """Do a job in a process that is killed when the rows have been written and nothing is committed."""

    def killed(job: int) -> None:
        connection.close()
        if not (child := os.fork()):
            dataset.meanwhile = staticmethod(lambda: os.kill(os.getpid(), signal.SIGKILL))
            run_job(job)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    return killed


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_does_it(
    checked: Callable[[], ImportRun], manager: Any, killed: Callable[[int], None]
) -> None:
    run = confirm_import(by=manager, run=checked())
    job = Job.objects.get(key=run.job_key)
    killed(job.pk)
    run.refresh_from_db()
    assert (run.state, things()) == ("applying", {})
    assert not run_job(job.pk)  # it is still thought to be at work
    past = now() - dt.timedelta(minutes=10)
    Job.objects.filter(pk=job.pk).update(lease_until=past, wake_at=past)
    assert run_job(job.pk)
    run.refresh_from_db()
    assert (run.state, things()) == ("done", {"A": "one", "B": "two"})


def test_waiting_for_another_import_leaves_other_waits_limited(dataset: Any, manager: Any) -> None:
    """A long import may be waited for; a row somebody else holds may not, before and after alike."""
    with act(by=manager), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'")
        engine._one_after_another(datasets.registry["things"])
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("7s",)
