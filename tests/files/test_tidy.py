"""Files that belong to nobody go, what somebody is writing stays, and rows whose file is gone are told of."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from assessments.actions.evidence_files import add_file
from assessments.models import EvidenceFile
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background.schedules import known_schedules
from pqip.core.files import stores
from pqip.core.files.writing import MAKING
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from pqip.files.actions.tidy import SAFE_AGE, tidy
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import run as do
from reports.actions.request_run import request_run
from reports.models import Run
from tests.documents import pdf
from tests.factories import assessments as make
from tests.factories.assessments import BY
from tests.personas import client_for, persona

NOW = dt.timedelta(0)
STAFF = b"staff_number,email\nT1,a@example.com\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    )


def aged(path: Path, age: dt.timedelta = 2 * SAFE_AGE) -> Path:
    """The file, made where need be, as if it had been written a while ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    then = (dt.datetime.now(dt.UTC) - age).timestamp()
    os.utime(path, (then, then))
    return path


@pytest.fixture
def kept(db: None, folder: Path) -> list[str]:
    """A file of each store, old and belonging to a row."""
    evidence = add_file(
        evidence=make.evidence(make.registration()), file=SimpleUploadedFile("a.pdf", pdf()), by=BY
    )
    brought = start_import(
        by=persona("learning_manager"),
        dataset=registry["staff"],
        file=SimpleUploadedFile("a.csv", STAFF),
    )
    assert do(Job.objects.get(key=brought.job_key).pk)
    run = request_run(
        by=persona("national"), report="monthly-status", as_at=dt.date(2025, 9, 30), formats=["csv"]
    )
    assert do(Job.objects.get(key=f"report-run:{run.pk}").pk)
    assert evidence is not None
    for path in folder.rglob("*"):
        aged(path)
    return files(folder)


def test_every_store_keeps_something_here(kept: list[str]) -> None:
    """But for `held`, of which no row keeps anything (tests/files/test_held.py)."""
    assert {path.partition("/")[0] for path in kept} == {store.folder for store in stores.stores()} - {"held"} == {
        "evidence", "imports", "reports",
    }  # fmt: skip


def test_what_belongs_to_a_row_stays_and_what_belongs_to_nobody_goes(
    kept: list[str], folder: Path
) -> None:
    run = Run.objects.get()
    brought = ImportRun.objects.get()
    nobodys = [
        aged(folder / "evidence" / str(uuid4())), aged(folder / "evidence" / f"{MAKING}x"), aged(folder / "evidence" / "a.part"),
        aged(folder / "imports" / str(uuid4()) / "file"), aged(folder / "imports" / str(brought.public_id) / "new.csv.token"),
        aged(folder / "reports" / str(run.public_id) / "0.csv"), aged(folder / "reports" / str(run.public_id) / f"{MAKING}x"),
    ]  # fmt: skip
    young = [aged(path.with_name(f"{path.name}-young"), SAFE_AGE / 2) for path in nobodys]
    elsewhere = aged(folder / "backup" / "a")
    done = tidy()
    assert done.files == len(nobodys)
    assert not any(path.exists() for path in nobodys)
    assert all(path.exists() for path in [*young, elsewhere])
    for path in [*young, elsewhere]:
        path.unlink()
    tidy(NOW)
    assert [path for path in files(folder) if not path.startswith("backup")] == kept
    assert tidy(NOW).files == 0


def test_a_link_is_taken_away_and_followed_nowhere(
    db: None, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a").write_bytes(b"somebody's")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "link").symlink_to(outside / "a")
    (folder / "evidence" / "folder").symlink_to(outside)
    tidy(NOW)
    assert (outside / "a").read_bytes() == b"somebody's"
    assert not (folder / "evidence" / "link").is_symlink()


def test_rows_that_say_their_file_is_deleted_keep_none(kept: list[str], folder: Path) -> None:
    with acting_as(by=NamedJob("test")):
        ImportRun.objects.update(file_deleted_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
        Run.objects.update(state=Run.State.EXPIRED)
        EvidenceFile.objects.live().update(
            voided_at=dt.datetime.now(dt.UTC), voided_by="job:test", void_reason="x"
        )
    tidy()
    assert [path for path in files(folder) if (folder / path).is_file()] == []
    assert list(stores.missing_files()) == []


def test_nothing_is_taken_that_a_running_transaction_has_just_written(
    real_db: Any, folder: Path
) -> None:
    """However old it looks by the clock: the transaction began before, and may yet commit its row."""
    with psycopg2.connect(real_db.url()) as writing, writing.cursor() as cursor:
        cursor.execute("SELECT 1")
        (folder / "evidence").mkdir()
        path = folder / "evidence" / str(uuid4())
        path.write_bytes(b"being written")
        tidy(NOW)
        assert path.exists()
        writing.commit()
    writing.close()
    tidy(NOW)
    assert not path.exists()


def test_a_row_committed_while_files_are_looked_through_keeps_its_file(
    db: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are seen first and asked about then."""
    from pqip.files.actions import tidy as tidying

    piece, seen = make.evidence(make.registration()), tidying._old

    def old(place: Path, before: dt.datetime) -> Any:
        found = list(seen(place, before + dt.timedelta(days=1)))
        if place.name == "evidence" and not found:
            add_file(evidence=piece, file=SimpleUploadedFile("a.pdf", pdf()), by=BY)
            found = list(seen(place, before + dt.timedelta(days=1)))
        return iter(found)

    monkeypatch.setattr(tidying, "_old", old)
    tidy(NOW)
    assert files(folder) == [f"evidence/{EvidenceFile.objects.get().public_id}"]


def test_whose_file_is_gone_or_not_whole_is_told_of(
    kept: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    administrator = client_for(persona("administrator"))
    assert (
        "Every file is where it was kept"
        in administrator.get(reverse("files:gone")).content.decode()
    )
    call_command("tidy_files")
    evidence, brought, report = (
        next((folder / name).rglob("*")) for name in ("evidence", "imports", "reports")
    )
    evidence.unlink()
    (brought / "file").write_bytes(b"shorter")
    next(report.iterdir()).unlink()
    said = [one.what for one in stores.missing_files()]
    reference = EvidenceFile.objects.get().evidence.reference
    assert said == [
        f"A file of evidence {reference}", "A file of staff brought to be imported",
        "The CSV file of monthly-status as at 2025-09-30",
    ]  # fmt: skip
    page = administrator.get(reverse("files:gone")).content.decode()
    assert all(one in page for one in said)
    with pytest.raises(SystemExit):
        call_command("tidy_files", "--dry-run")
    told = capsys.readouterr().err
    assert all(f"gone: {one}" in told for one in said)


def test_it_comes_round_every_night_and_says_what_is_gone(
    kept: list[str], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert {"files.tidy"} == {each.kind for each in known_schedules() if each.name == "files-tidy"}
    lost = aged(folder / "evidence" / str(uuid4()))
    (folder / next(path for path in kept if path.startswith("reports"))).unlink()
    job = enqueue("files.tidy", key="tidy", by=NamedJob("scheduler"))
    assert do(job.pk)
    assert not lost.exists()
    assert [(one.event, one.detail) for one in caplog.records if one.name == "pqip.files"] == [
        ("files_tidied", "1 files"), ("files_gone", "1 files")
    ]  # fmt: skip


def test_the_command_names_what_it_would_take(
    kept: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = aged(folder / "evidence" / str(uuid4()))
    call_command("tidy_files", "--dry-run")
    assert capsys.readouterr().out == f"{path}\n"
    assert path.exists()
    call_command("tidy_files", "--older-than", "24")
    assert capsys.readouterr().out.startswith("Taken away: 1 file, 0 bytes")
    assert not path.exists()
