"""An import in the browser's steps: brought, checked, confirmed, applied once, the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.exchange import kept
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.actions.purge import purge_files
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from pqip.jobs.running import run as run_job
from tests.exchange.things import things
from tests.personas import persona

Start = Callable[..., ImportRun]
Work = Callable[[ImportRun], ImportRun]
GOOD = b"code,region,title\nA,NE,one\nB,YH,two\n"


def test_from_file_to_records(start: Start, work: Work, manager) -> None:
    run = start(GOOD)
    assert (run.state, run.size, len(run.sha256)) == ("checking", len(GOOD), 64)
    assert work(run).state == "ready"
    assert (run.new, run.rows, things()) == (2, 2, {})
    assert confirm_import(by=manager, run=run).state == "applying"
    assert work(run).state == "done"
    assert things() == {"A": "one", "B": "two"}
    again = work(start(GOOD))
    assert (again.state, again.unchanged) == ("unchanged", 2)


def test_errors_refuse_it_and_it_cannot_be_confirmed(start: Start, work: Work, manager) -> None:
    run = work(start(b"code,region\nA,ZZ\n"))
    assert (run.state, run.wrong, run.errors) == ("refused", 1, 1)
    assert kept.errors(run.public_id, 5)[0].message == '"ZZ" is not a region. Use one of NE, YH.'
    with pytest.raises(Conflict):
        confirm_import(by=manager, run=run)


def test_a_file_that_cannot_be_read_is_refused(start: Start, work: Work) -> None:
    run = work(start(b"PK\x03\x04 rubbish", "a.xlsx"))
    assert (run.state, run.errors) == ("refused", 1)
    assert "damaged" in kept.errors(run.public_id, 5)[0].message


def test_confirming_twice_applies_once(start: Start, work: Work, manager) -> None:
    run = work(start(GOOD))
    confirm_import(by=manager, run=run)
    with pytest.raises(Conflict):
        confirm_import(by=manager, run=run)
    assert Job.objects.filter(kind="exchange.apply_import").count() == 1


def test_the_same_message_twice_does_nothing_twice(start: Start, work: Work, manager) -> None:
    run = work(start(GOOD))
    confirm_import(by=manager, run=run)
    job = Job.objects.get(key=run.job_key)
    assert run_job(job.pk)
    assert not run_job(job.pk)
    assert len(things()) == 2


def test_other_bytes_are_not_applied(start: Start, work: Work, manager) -> None:
    run = work(start(GOOD))
    kept.uploaded(run.public_id).write_bytes(GOOD.replace(b"one", b"won"))
    confirm_import(by=manager, run=run)
    assert work(run).state == "failed"
    assert "no longer the one" in run.message
    assert things() == {}


def test_records_that_changed_since_send_it_back_to_be_checked(
    start: Start, work: Work, manager
) -> None:
    first, second = work(start(GOOD)), work(start(b"code,region,title\nA,NE,other\n"))
    for run in (first, second):
        confirm_import(by=manager, run=run)
    work(first)
    assert work(second).state == "checking"
    assert "changed since the preview" in second.message
    assert things()["A"] == "one"
    assert work(second).state == "ready"
    assert (second.changed, second.new) == (1, 0)
    confirm_import(by=manager, run=second)
    assert work(second).state == "done"
    assert things()["A"] == "other"


def test_rights_that_went_in_the_meantime(start: Start, work: Work, manager) -> None:
    run = start(GOOD)
    with acting_as(by=NamedJob("test")):
        manager.grants.update(ends_on=now().date() - dt.timedelta(days=1))
    assert work(run).state == "failed"
    assert "may not import" in run.message


def test_only_who_brought_it_confirms(start: Start, work: Work) -> None:
    with pytest.raises(NotAllowed):
        confirm_import(by=persona("learning_manager"), run=work(start(GOOD)))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"x", "a.pdf", "must be .csv"),
        (b"x" * 200, "a.csv", "smaller than"),
        (b"x", "a.xlsm", "macros"),
    ],
)
def test_a_file_refused_at_the_door(
    start: Start, files: Path, settings, content: bytes, name: str, words: str
) -> None:
    settings.PQIP_IMPORT_LIMITS = {"uploaded": 100}
    with pytest.raises(RuleBroken, match=words):
        start(content, name)
    assert not (files / "imports").exists()


def test_so_many_at_once(start: Start, settings) -> None:
    settings.PQIP_IMPORT_LIMITS = {"at_once": 2}
    start(GOOD), start(GOOD)
    with pytest.raises(RuleBroken, match="still being worked on"):
        start(GOOD)


def test_names_on_disk_are_ours(start: Start, files: Path) -> None:
    run = start(GOOD, "..\\..\\evil/../Siân's <b>.csv")
    assert run.original_name == "Siân's <b>.csv"
    found = [path.relative_to(files) for path in files.rglob("*") if path.is_file()]
    assert found == [Path("imports") / str(run.public_id) / "file"]
    assert (files / found[0]).stat().st_mode & 0o077 == 0


def test_work_that_was_set_aside_tells_who_waits(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pqip.core.background.errors import GiveUp
    from pqip.exchange import engine

    def stop(*args: object, **how: object) -> None:
        raise GiveUp("no")

    monkeypatch.setattr(engine, "check", stop)
    run = start(GOOD)
    run_job(Job.objects.get(key=run.job_key).pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "nothing was changed" in run.message
    assert {path.name for path in kept.folder(run.public_id).iterdir()} == {"file"}


def test_files_go_and_rows_stay(
    start: Start, work: Work, django_capture_on_commit_callbacks: Any
) -> None:
    old, recent = work(start(GOOD)), start(GOOD)
    with acting_as(by=NamedJob("test")):
        ImportRun.objects.filter(pk=old.pk).update(requested_at=now() - dt.timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_files(by=NamedJob("test")) == 1
        assert kept.folder(old.public_id).exists(), "deleted only once it is said"
    old.refresh_from_db()
    assert old.file_deleted_at
    assert not kept.folder(old.public_id).exists()
    assert kept.uploaded(recent.public_id).exists()
    assert purge_files(by=NamedJob("test")) == 0
