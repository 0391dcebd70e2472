"""Reports made by real workers: once each in the end, with nothing half made that anybody could see."""

from __future__ import annotations

import datetime as dt
import time
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from django.urls import reverse

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background.calendar import FirstWorkingDay, periods
from pqip.jobs.again import retry_parked
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.tasks import run_job
from pqip.messages.models import Message
from reports.actions.expire_runs import folder_of
from reports.actions.request_run import request_run
from reports.models import Run, RunFile, Schedule
from reports.models.schedule import NATION, schedules
from tests.factories.learners import enrolment
from tests.faults.drill.pausing import HALF
from tests.faults.machines import PATIENCE
from tests.faults.plant import Plant
from tests.personas import client_for, persona
from workforce.models import User

AS_AT = dt.date(2025, 9, 30)


@pytest.fixture
def manager(plant: Plant) -> User:
    enrolment()
    return persona("national")


def ask(by: User, *formats: str) -> Run:
    return request_run(by=by, report="monthly-status", as_at=AS_AT, formats=formats or ["csv"])


def job_of(run: Run) -> str:
    return f"report-run:{run.pk}"


def files_of(run: Run) -> list[Path]:
    """Every file in the run's folder, whatever its name."""
    return sorted(folder_of(run).glob("*")) + sorted(folder_of(run).glob(".*"))


def assert_made_once(plant: Plant, run: Run) -> None:
    """Ready, each format's file there and unchanged, nothing beside them, and told once."""
    run.refresh_from_db()
    assert run.state == Run.State.READY
    kept = {plant.files / file.path: file.sha256 for file in run.files.all()}
    assert sorted(run.formats) == sorted(file.format for file in run.files.all())
    plant.wait_until(
        lambda: set(files_of(run)) == set(kept), PATIENCE, "nothing stands beside the run's files"
    )
    assert {path: sha256(path.read_bytes()).hexdigest() for path in kept} == kept
    plant.wait_until(
        lambda: Message.objects.filter(state="sent").exists(), PATIENCE, "the e-mail is sent"
    )
    assert (Message.objects.count(), len(plant.mails())) == (1, 1)


def test_asked_for_while_the_broker_is_down_it_is_made_once_when_it_is_back(
    plant: Plant, manager: User
) -> None:
    plant.broker.crash()
    run = ask(manager)
    plant.scheduler()
    plant.worker()
    time.sleep(1)
    assert plant.state(job_of(run)) == "waiting"
    plant.broker.start()
    plant.wait_for(job_of(run), "done")
    assert_made_once(plant, run)


def test_a_worker_killed_between_two_files_leaves_nothing_to_be_seen_and_the_next_makes_it(
    plant: Plant, manager: User
) -> None:
    plant.scheduler()
    first = plant.worker(DRILL_PAUSE_IN="xlsx")
    run = ask(manager, "csv", "xlsx")
    plant.wait_until(
        lambda: HALF in [path.read_bytes() for path in files_of(run)],
        PATIENCE,
        "half a file is written",
    )
    first.kill()
    run.refresh_from_db()
    assert (run.state, RunFile.objects.count(), Message.objects.count()) == (
        Run.State.WAITING,
        0,
        0,
    )
    assert (
        client_for(manager)
        .get(reverse("reports:download", args=[run.public_id, "csv"]))
        .status_code
        == 404
    )
    plant.worker()
    plant.wait_for(job_of(run), "done")
    assert Job.objects.get(key=job_of(run)).attempt == 2
    assert_made_once(plant, run)


def test_one_whose_workers_were_killed_three_times_is_made_when_it_is_started_again(
    plant: Plant, manager: User
) -> None:
    plant.scheduler()
    killed = plant.worker(DRILL_DIE_IN="csv")
    run = ask(manager)
    plant.wait_for(job_of(run), "parked")
    killed.kill()
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert Message.objects.get().kind == "report_failed"
    assert retry_parked(Job.objects.get(key=job_of(run)), by=NamedJob("command")) == ""
    plant.worker()
    plant.wait_for(job_of(run), "done")
    run.refresh_from_db()
    assert (run.state, run.files.count()) == (Run.State.READY, 1)
    plant.wait_until(lambda: len(plant.mails()) == 2, PATIENCE, "the requester is told of both")
    assert set(Message.objects.values_list("kind", flat=True)) == {"report_failed", "report_ready"}
    plant.wait_until(
        lambda: len(files_of(run)) == 1, PATIENCE, "nothing stands beside the run's file"
    )


def test_the_same_wake_up_three_times_to_two_workers_is_one_run(
    plant: Plant, manager: User
) -> None:
    run = ask(manager, "csv", "ods")
    job = Job.objects.get(key=job_of(run))
    for _ in range(2):
        run_job.apply_async((job.pk,), queue="reports")
    with plant.holding("learners_enrolment", "ACCESS EXCLUSIVE"):
        machines = [plant.worker(concurrency=2), plant.worker()]
        plant.wait_until(plant.somebody_waits, PATIENCE, "the figure is being worked out")
        plant.wait_until(
            lambda: all(one.says("ready.") for one in machines), PATIENCE, "both workers are up"
        )
        time.sleep(1)
    plant.wait_for(job_of(run), "done")
    assert Job.objects.get(key=job_of(run)).attempt == 1
    assert_made_once(plant, run)


@pytest.fixture
def month_is_due(plant: Plant, manager: User) -> None:
    """The schedule was last seen just before the latest first working day; one region has a manager, the others nothing made."""
    persona("regional_manager", region="NE")
    with acting_as(by=NamedJob("test")):
        others = [one for one in schedules() if one.code not in {"NE", NATION}]
        Schedule.objects.bulk_create(Schedule(region=one.region, is_active=False) for one in others)
    now = clock.now()
    *_, latest = periods(FirstWorkingDay(dt.time(6)), now - dt.timedelta(days=62), now)
    seen = latest.due_at - dt.timedelta(hours=1)
    ScheduledRun.objects.create(
        schedule="reports-month", period="start", due_at=seen, outcome="before"
    )


def test_two_schedulers_and_two_workers_make_the_month_s_reports_once_and_tell_once(
    plant: Plant, month_is_due: None
) -> None:
    schedulers = [plant.scheduler(), plant.scheduler()]
    for _ in range(2):
        plant.worker()
    plant.wait_until(
        lambda: Message.objects.filter(state="sent").count() == 2, PATIENCE, "both places are told"
    )
    plant.wait_until(
        lambda: all(one.log.stat().st_size for one in schedulers),
        PATIENCE,
        "both schedulers are up",
    )
    runs = list(Run.objects.order_by("region", "report"))
    assert [run.state for run in runs] == [Run.State.READY] * 6
    assert all(
        (one.region_id, one.report) != (next_.region_id, next_.report)
        for one, next_ in pairwise(runs)
    )
    assert [len(files_of(run)) for run in runs] == [3] * 6
    assert (
        Job.objects.filter(kind="reports.make").count() == 6
    )  # a slow machine may take one up twice; it is made once
    assert Job.objects.filter(kind="reports.month").count() == 1
    assert (Message.objects.count(), len(plant.mails())) == (2, 2)
