"""Two at once, and a worker killed in the middle: one outcome, all of it or nothing. Really committed."""

from __future__ import annotations

import datetime as dt
import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import Conflict
from pqip.exchange import datasets, engine, kept
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
    with (
        closing(psycopg2.connect(real_db.environment["DATABASE_OWNER_URL"])) as owner,
        owner.cursor() as cursor,
    ):
        cursor.execute(MAKE)
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
        run = start_import(
            by=manager, dataset=datasets.registry["things"], file=SimpleUploadedFile("a.csv", GOOD)
        )
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
    said = both(
        *[lambda: confirm_import(by=manager, run=ImportRun.objects.get(pk=run.pk)).state] * 2
    )
    assert sorted(map(str, said)) == [
        "This file is not waiting to be confirmed any more.",
        "applying",
    ]
    assert Job.objects.filter(kind="exchange.apply_import").count() == 1


def test_two_workers_with_the_same_job_write_once(
    checked: Callable[[], ImportRun], manager: Any, dataset: Any
) -> None:
    written: list[int] = []
    run = confirm_import(by=manager, run=checked())
    dataset.meanwhile = staticmethod(lambda: written.append(1))
    job = Job.objects.get(key=run.job_key)
    assert sorted(map(bool, both(lambda: run_job(job.pk), lambda: run_job(job.pk)))) == [
        False,
        True,
    ]
    run.refresh_from_db()
    assert (run.state, len(written), things()) == ("done", 1, {"A": "one", "B": "two"})


def test_two_files_that_say_the_same_at_once(
    checked: Callable[[], ImportRun], manager: Any, dataset: Any
) -> None:
    """One is applied; the other waits its turn, has nothing left to change and says so after another check."""
    dataset.meanwhile = staticmethod(
        lambda: time.sleep(0.3)
    )  # long enough for the other to come meanwhile
    runs = [confirm_import(by=manager, run=run) for run in (checked(), checked())]
    jobs = [Job.objects.get(key=run.job_key).pk for run in runs]
    both(lambda: run_job(jobs[0]), lambda: run_job(jobs[1]))
    for job in Job.objects.filter(pk__in=jobs, state="waiting"):
        assert at_once(job)
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


@contextmanager
def another_file(real_db: RealDatabase) -> Iterator[None]:
    """Somebody else's file of things is being worked on."""
    with (
        closing(psycopg2.connect(real_db.environment["DATABASE_URL"])) as other,
        other.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('import:things', 0))")
        yield


def at_once(job: Job) -> bool:
    """Do a job that was put back, as if its time had come."""
    Job.objects.filter(pk=job.pk).update(not_before=None)
    return run_job(job.pk)


@pytest.mark.parametrize("kind", ["check", "apply"])
def test_a_file_that_waits_for_another_gives_its_worker_back(
    checked: Callable[[], ImportRun], manager: Any, real_db: RealDatabase, kind: str, woken: None
) -> None:
    """However often it comes in vain, it loses no attempt; the page goes on saying that it is being worked on."""
    file = SimpleUploadedFile("b.csv", b"code,region,title\nC,NE,three\n")
    run = (
        checked()
        if kind == "apply"
        else start_import(by=manager, dataset=datasets.registry["things"], file=file)
    )
    if kind == "apply":
        run = confirm_import(by=manager, run=run)
    job, state = Job.objects.get(key=run.job_key), run.state
    with another_file(real_db):
        for _ in range(4):
            began = time.monotonic()
            assert not at_once(job)
            assert time.monotonic() - began < 5
            job.refresh_from_db()
            assert (job.state, job.attempt, job.token, job.last_error) == (
                "waiting",
                0,
                None,
                engine.NEXT,
            )
            assert job.not_before is not None
            assert now() < job.not_before == job.wake_at < now() + dt.timedelta(seconds=10)
        assert ImportRun.objects.get(pk=run.pk).state == state
        assert [
            path.name
            for path in kept.folder(run.public_id).iterdir()
            if path.suffix not in (".csv", ".jsonl")
        ] == ["file"]
    assert at_once(job)
    run.refresh_from_db()
    assert run.state == ("done" if kind == "apply" else "ready")


def test_the_command_line_waits_for_its_turn(
    dataset: Any, real_db: RealDatabase, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(GOOD)
    with ThreadPoolExecutor(1) as threads:
        with another_file(real_db):
            done = threads.submit(_command, tmp_path / "a.csv")
            time.sleep(0.5)
            assert not done.done()
        assert done.result(60) is None
    assert things() == {"A": "one", "B": "two"}


def _command(path: Path) -> None:
    try:
        call_command("import_data", "things", str(path), stdout=io.StringIO())
    finally:
        connections.close_all()


def test_whoever_has_waited_for_their_turn_waits_for_nothing_else_for_long(
    dataset: Any, manager: Any
) -> None:
    """A long import may be waited for; a row somebody else holds may not."""
    with acting_as(by=manager), connection.cursor() as cursor:
        engine.take_turn(datasets.registry["things"], patient=True)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("750ms",)
