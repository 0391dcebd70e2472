"""Processes killed in every step of bringing, checking, keeping and making files, and disks that are full.

What is killed is a real process with a connection of its own, by a signal nobody can catch. The rest is put in order by whoever
comes after: the job again, and the one who takes away what belongs to nobody.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.urls import reverse

from assessments.actions import evidence_files
from assessments.models import EvidenceFile
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.files import stores, writing
from pqip.core.files.writing import NO_ROOM
from pqip.exchange import kept, uploads
from pqip.exchange.actions import check_import, purge, start_import
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from pqip.files import documents
from pqip.files.actions.tidy import left_over, tidy
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from reports.actions import expire_runs, make_run
from reports.actions.request_run import request_run
from reports.models import Run, RunFile
from tests.documents import pdf
from tests.factories import assessments as make
from tests.faults.machines import wait_until
from tests.personas import client_for, persona

NOW = dt.timedelta(0)
HEAD = (
    "staff_number,email,first_name,last_name,grade,region,pdu,function,fte,contract,start_date,end_date,leave_reason,"
    "effective_from"
)
LINE = "D{0:04},d{0}@example.com,Sam,Jones,PSO,NE,N54DUR,court,1.0,,2024-03-01,,,"
STAFF = "\n".join([HEAD, *map(LINE.format, range(40))]).encode()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(owner: Any, name: str, when: str, turn: int = 1) -> None:
    """From now on this process dies before or after that function does its work, the so manieth time."""
    whole, turns = getattr(owner, name), iter(range(1, 1_000))

    def dies(*arguments: Any, **named: Any) -> Any:
        its_turn = next(turns) == turn
        if its_turn and when == "before":
            die()
        result = whole(*arguments, **named)
        if its_turn:
            die()
        return result

    setattr(owner, name, dies)


def killed(work: Callable[[], object], *trap: Any) -> None:
    """Do something in a process of its own that is killed on the way."""
    connections.close_all()
    process = os.fork()
    if not process:
        try:
            dying(*trap)
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), f"{trap} was never reached"
    assert os.WTERMSIG(status) == signal.SIGKILL
    wait_until(alone, 10, "its connection is gone")


def alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() == (0,)


def on_disk(folder: Path) -> set[str]:
    """Files, and folders with nothing in them."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or not any(path.iterdir())} - {
        store.folder for store in stores.stores()
    }  # fmt: skip


#: Steps at which something was left behind for whoever tidies.
LEFT: list[tuple[Any, ...]] = []


def assert_in_order(folder: Path, *trap: Any) -> set[str]:
    """After whoever tidies has been: every file belongs to a row, and every row has its file. Returns the files."""
    if any(left_over(NOW)):
        LEFT.append(trap)
    tidy(NOW)
    found = on_disk(folder)
    belonging = {f"{store.folder}/{path}" for store in stores.stores() for path in store.referenced(
        [path.removeprefix(f"{store.folder}/") for path in found if path.startswith(f"{store.folder}/")]
    )}  # fmt: skip
    assert found == belonging
    assert list(stores.missing_files()) == []
    return found


def again(key: str) -> bool:
    """The job once more, as the sweeper gives it out when its lease has run out."""
    Job.objects.filter(key=key, state=Job.State.RUNNING).update(
        lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )
    return do(Job.objects.get(key=key).pk)


@pytest.fixture
def something_is_left() -> Iterator[None]:
    """What was killed did leave something: the test is of whoever comes after, too."""
    LEFT.clear()
    yield
    assert LEFT


def temporary() -> set[str]:
    """What stands in the machine's own folder for files on their way."""
    return {
        name
        for name in os.listdir(tempfile.gettempdir())
        if "upload" in name or name.startswith("tmp")
    }


def test_killed_while_a_file_is_brought_to_be_imported(
    real_db: Any, folder: Path, something_is_left: None
) -> None:
    manager, before = persona("learning_manager"), temporary()

    def bring() -> None:
        client_for(manager).post(
            reverse("exchange:bring", args=["staff"]),
            {"file": SimpleUploadedFile("staff.csv", STAFF)},
        )

    for trap in (
        (uploads.CappedUploadHandler, "receive_data_chunk", "after"), (uploads.CappedUploadHandler, "file_complete", "after"),
        (start_import, "refuse_infected", "before"), (writing, "put", "before"), (writing, "put", "after"),
        (start_import.ImportRun.objects, "create", "after"), (start_import, "enqueue", "after"),
    ):  # fmt: skip
        killed(bring, *trap)
        assert not ImportRun.objects.exists(), trap
        assert assert_in_order(folder, *trap) == set(), trap
        assert temporary() <= before, trap
    bring()
    assert_in_order(folder)
    assert ImportRun.objects.get().state == ImportRun.State.CHECKING


def test_killed_while_a_file_is_checked_and_deleted(
    real_db: Any, folder: Path, something_is_left: None
) -> None:
    run = start_import.start_import(
        by=persona("learning_manager"), dataset=registry["staff"], file=SimpleUploadedFile("staff.csv", STAFF)
    )  # fmt: skip
    key = run.job_key
    whole = {f"imports/{run.public_id}/{name}" for name in ("file", *kept.Findings.NAMES)}
    for trap in (
        (kept.Findings, "__enter__", "after"), (kept.Findings, "row", "after", 20), (kept.Findings, "__exit__", "before"),
    ):  # fmt: skip
        Job.objects.filter(key=key).update(attempt=0)
        killed(lambda: again(key), *trap)
        assert assert_in_order(folder, *trap) == {f"imports/{run.public_id}/file"}, trap
    for trap in ((kept.Findings, "__exit__", "after"), (check_import, "record", "after")):
        Job.objects.filter(key=key).update(attempt=0)
        killed(lambda: again(key), *trap)
        assert assert_in_order(folder, *trap) == whole, trap
    Job.objects.filter(key=key).update(attempt=0)
    assert again(key)
    run.refresh_from_db()
    assert (run.state, run.new) == ("ready", 40)
    assert assert_in_order(folder) == whole
    with acting_as(by=NamedJob("test")):
        ImportRun.objects.update(requested_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    killed(
        lambda: purge.purge_files(by=NamedJob("exchange.purge_files")),
        purge.kept,
        "forget",
        "before",
    )
    assert assert_in_order(folder) == set()
    run.refresh_from_db()
    assert run.file_deleted_at


def test_killed_while_evidence_is_kept_and_taken_away(
    real_db: Any, folder: Path, something_is_left: None
) -> None:
    pta, learner = persona("pta"), persona("learner")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    piece, before = make.evidence(registration), temporary()

    def add() -> None:
        sent = {"file": SimpleUploadedFile("a.pdf", pdf()), "names_nobody": "on"}
        assert (
            client_for(pta)
            .post(reverse("assessments:add_file", args=[piece.public_id]), sent)
            .status_code
            == 302
        )

    for trap in (
        (uploads.CappedUploadHandler, "receive_data_chunk", "after"), (documents, "look_inside", "before"),
        (documents, "look_inside", "after"), (writing, "put", "before"), (writing, "put", "after"),
        (evidence_files.StoredUpload, "belongs_to", "after"),
    ):  # fmt: skip
        killed(add, *trap)
        assert not EvidenceFile.objects.exists(), trap
        assert assert_in_order(folder, *trap) == set(), trap
        assert temporary() <= before, trap
    add()
    made = EvidenceFile.objects.get()
    assert assert_in_order(folder) == {f"evidence/{made.public_id}"}
    killed(
        lambda: evidence_files.remove_file(file=made, reason="It named somebody", by=pta),
        evidence_files.evidence_files,
        "forget",
        "before",
    )
    assert assert_in_order(folder) == set()


def test_killed_while_a_report_is_made_and_deleted(
    real_db: Any, folder: Path, something_is_left: None
) -> None:
    run = request_run(
        by=persona("national"),
        report="monthly-status",
        as_at=dt.date(2025, 9, 30),
        formats=["csv", "xlsx"],
    )
    key = f"report-run:{run.pk}"
    for trap in (
        (make_run, "write", "before"), (make_run, "write", "after"), (make_run, "put", "after"), (make_run, "write", "after", 2),
        (make_run, "put", "after", 2), (make_run, "_ready", "before"), (make_run, "announce", "after"),
    ):  # fmt: skip
        Job.objects.filter(key=key).update(attempt=0)
        killed(lambda: again(key), *trap)
        run.refresh_from_db()
        assert (run.state, RunFile.objects.count()) == (Run.State.WAITING, 0), trap
        assert assert_in_order(folder, *trap) == set(), trap
    Job.objects.filter(key=key).update(attempt=0)
    killed(lambda: again(key), make_run, "_tidy", "before")
    assert len(assert_in_order(folder)) == 2
    run.refresh_from_db()
    assert run.state == Run.State.READY
    with acting_as(by=NamedJob("test")):
        Run.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    killed(
        lambda: expire_runs.expire_runs(by=NamedJob("reports.expire")),
        expire_runs.shutil,
        "rmtree",
        "before",
    )
    assert assert_in_order(folder) == set()


class Disk:
    """A folder whose disk can be full: a small file system of its own where one may be mounted, else a limit for this process."""

    def __init__(self, folder: Path, how: str) -> None:
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
        self.is_mounted = (
            how == "mounted"
            and subprocess.run(mount, capture_output=True, check=False).returncode == 0
        )

    @contextmanager
    def full(self) -> Iterator[None]:
        if self.is_mounted:
            filler = self.folder / "filler"
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(bytes(1 << 16)):
                    pass
            assert not shutil.disk_usage(self.folder).free
            try:
                yield
            finally:
                filler.unlink()
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def remove(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)


@pytest.fixture(params=["mounted", "limited"])
def disk(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk", request.param)
    settings.MEDIA_ROOT = made.folder / "files"
    settings.MEDIA_ROOT.mkdir()
    yield made
    monkeypatch.undo()
    made.remove()


@pytest.mark.django_db
@pytest.mark.parametrize("arrives", [True, False])
def test_a_full_disk_takes_no_file(
    disk: Disk, arrives: bool, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Full where files are kept, or already where they arrive: words that say what to do, no row and nothing on the disk."""
    if not arrives:
        monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    elif not disk.is_mounted:
        return  # a limit of this process is one for every folder: the case below
    pta, learner, manager = persona("pta"), persona("learner"), persona("learning_manager")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    piece = make.evidence(registration)
    doors = (
        (
            manager,
            reverse("exchange:bring", args=["staff"]),
            SimpleUploadedFile("staff.csv", STAFF * 30),
        ),
        (
            pta,
            reverse("assessments:add_file", args=[piece.public_id]),
            SimpleUploadedFile("a.pdf", pdf()),
        ),
    )
    clients = [(client_for(who), address, file) for who, address, file in doors]
    for client, address, file in clients:
        with disk.full():
            page = client.post(address, {"file": file, "names_nobody": "on"})
        assert NO_ROOM in page.content.decode()
        assert on_disk(settings.MEDIA_ROOT) == set()
    assert not ImportRun.objects.exists()
    assert not EvidenceFile.objects.exists()
    for client, address, file in clients:
        file.seek(0)
        assert client.post(address, {"file": file, "names_nobody": "on"}).status_code == 302
    assert (ImportRun.objects.count(), EvidenceFile.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_full_disk_while_a_file_is_checked(disk: Disk, settings: Any) -> None:
    run = start_import.start_import(
        by=persona("learning_manager"), dataset=registry["staff"], file=SimpleUploadedFile("staff.csv", STAFF)
    )  # fmt: skip
    with disk.full():
        do(Job.objects.get(key=run.job_key).pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (ImportRun.State.FAILED, NO_ROOM)
    assert on_disk(settings.MEDIA_ROOT) == {f"imports/{run.public_id}/file"}


@pytest.mark.django_db
def test_a_full_disk_while_a_report_is_made(disk: Disk, settings: Any) -> None:
    """Not ready, nothing half made, the reason with the job; made once there is room."""
    run = request_run(
        by=persona("national"),
        report="monthly-status",
        as_at=dt.date(2025, 9, 30),
        formats=["csv", "xlsx"],
    )
    key = f"report-run:{run.pk}"
    with disk.full():
        assert not do(Job.objects.get(key=key).pk)
    job = Job.objects.get(key=key)
    assert (job.state, NO_ROOM in job.last_error) == (Job.State.WAITING, True)
    assert RunFile.objects.count() == 0
    assert not any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))
    Job.objects.filter(key=key).update(not_before=None)
    assert do(job.pk)
    run.refresh_from_db()
    assert run.state == Run.State.READY
