"""A clock that jumps ahead, an hour or ten years, and is put back: schedules, retries, leases and signs of life go on (F14)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background import timing
from pqip.core.background.calendar import Daily, Monthly
from pqip.core.background.errors import NotYet
from pqip.core.background.schedules import register_schedule
from pqip.core.background.signals import clock_jumped
from pqip.jobs import health, sweeping
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.queue import enqueue
from pqip.jobs.running import claim, run
from pqip.jobs.scheduler import Scheduler
from pqip.jobs.schedules import start_due
from reports.actions.schedule_month import SCHEDULE, schedule_month
from reports.models import Run

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")
MORNING = dt.datetime(2026, 1, 6, 6, 0, tzinfo=dt.UTC)
HOUR, YEARS = dt.timedelta(hours=1, minutes=30), dt.timedelta(days=3653)
JUMPS = pytest.mark.parametrize("jump", [HOUR, YEARS], ids=["an hour", "ten years"])


class Clock:
    """The database's clock, as a test sets it."""

    def __init__(self) -> None:
        self.instant = MORNING

    def forward(self, span: dt.timedelta) -> None:
        self.instant += span

    def back(self, span: dt.timedelta) -> None:
        self.instant -= span


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, woken: list, rounds: None) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "now", lambda: clock.instant)
    return clock


@pytest.fixture(autouse=True)
def kind(does: Callable[..., None]) -> None:
    does("test.round")


def asked() -> list[str]:
    return [
        row["payload"]["period"]
        for row in Job.objects.filter(kind="test.round").order_by("pk").values("payload")
    ]


@JUMPS
def test_each_schedule_goes_on_at_its_times(clock: Clock, jump: dt.timedelta) -> None:
    """Even where nobody doubted the clock: what it ran or skipped ahead of its time has its time yet."""
    register_schedule("daily", Daily(dt.time(7)), "test.round")
    register_schedule("month", Monthly(dt.time(7), day=7), "test.round", each_missed=True)
    start_due()
    clock.forward(jump)
    for job in start_due():
        run(job.job.pk)
    clock.back(jump)
    before = Job.objects.latest("pk").pk
    assert start_due() == []
    clock.forward(dt.timedelta(minutes=59))
    assert start_due() == []
    clock.forward(dt.timedelta(minutes=2))
    (daily,) = start_due()
    assert (daily.schedule, daily.period, daily.job.pk > before, daily.job.state) == (
        "daily",
        "2026-01-06",
        True,
        "waiting",
    )
    assert run(daily.job.pk)
    clock.forward(dt.timedelta(days=1))
    assert {(one.schedule, one.period) for one in start_due()} == {
        ("daily", "2026-01-07"),
        ("month", "2026-01"),
    }
    assert start_due() == []
    assert not ScheduledRun.objects.filter(due_at__gt=clock.instant).exists()


def test_what_a_clock_ahead_has_asked_for_and_nobody_begun_is_not_done(clock: Clock) -> None:
    register_schedule("month", Monthly(dt.time(7)), "test.round", each_missed=True)
    start_due()
    clock.forward(YEARS)
    assert 12 <= len(start_due()) <= 14, "of an absence of ten years the last months are run"
    clock.back(YEARS)
    assert start_due() == []
    assert asked() == []
    clock.forward(dt.timedelta(days=30))
    start_due()
    assert asked() == ["2026-02"]


def test_a_service_that_began_by_a_clock_ahead_begins_again(clock: Clock) -> None:
    register_schedule("daily", Daily(dt.time(7)), "test.round")
    clock.forward(YEARS)
    start_due()
    clock.back(YEARS)
    start_due()
    clock.forward(dt.timedelta(hours=2))
    assert [one.period for one in start_due()] == ["2026-01-06"]


@pytest.fixture
def scheduler(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Scheduler:
    from pqip.celery import app

    monkeypatch.setattr("pqip.jobs.scheduler.close_old_connections", lambda: None)
    return Scheduler(app, lazy=True)


def test_a_clock_that_jumped_ahead_is_doubted_and_told_and_nothing_falls_due_or_is_deleted(
    clock: Clock, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    hear = lambda sender, seconds, **kwargs: told.append(seconds)  # noqa: E731
    clock_jumped.connect(hear)
    register_schedule("daily", Daily(dt.time(7)), "test.round")
    finished = enqueue("test.round", key="done", payload={"period": "x"}, by=SYSTEM)
    run(finished.pk)
    scheduler.act()
    clock.forward(YEARS)
    monkeypatch.setattr(scheduler, "forgotten_at", float("-inf"))
    for _ in range(3):
        scheduler.act()
    assert [round(seconds / 86_400) for seconds in told] == [3653]
    clock.back(YEARS)
    scheduler.act()
    assert asked() == ["x"], "nothing was asked for, and what was done is remembered"
    assert ScheduledRun.objects.count() == 1
    clock.forward(dt.timedelta(seconds=50))
    scheduler.act()
    assert not scheduler.clock.is_doubted


def test_a_clock_that_stays_where_it_jumped_to_is_believed_in_the_end(
    clock: Clock, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_schedule("daily", Daily(dt.time(7)), "test.round")
    scheduler.act()
    clock.forward(dt.timedelta(hours=2))
    scheduler.act()
    assert asked() == []
    later = time.monotonic() + 601
    clock.forward(dt.timedelta(seconds=601))
    monkeypatch.setattr("pqip.core.background.timing.time.monotonic", lambda: later)
    scheduler.act()
    assert asked() == ["2026-01-06"]


@JUMPS
def test_a_job_put_off_by_a_clock_ahead_is_done_soon(
    clock: Clock, does: Callable[..., None], jump: dt.timedelta
) -> None:
    def later(job: Job) -> None:
        if job.started_at > MORNING + dt.timedelta(minutes=30):
            raise NotYet("The mail server could not be reached.", dt.timedelta(minutes=30))

    does("test.later", later)
    job = enqueue("test.later", key="one", by=SYSTEM)
    clock.forward(jump)
    run(job.pk)
    clock.back(jump)
    sweeping.sweep()
    assert run(job.pk)


@JUMPS
def test_a_job_whose_worker_died_under_a_clock_ahead_is_taken_over(
    clock: Clock, jump: dt.timedelta, woken: list
) -> None:
    job = enqueue("test.round", key="one", by=SYSTEM)
    clock.forward(jump)
    claim(job.pk)
    clock.back(jump)
    sweeping.sweep()
    clock.forward(dt.timedelta(seconds=31))
    woken.clear()
    sweeping.sweep()
    assert woken == [(job.pk, "default")]
    assert run(job.pk)


@JUMPS
def test_a_job_asked_for_under_a_clock_ahead_is_woken_and_its_age_is_told(
    clock: Clock, jump: dt.timedelta, woken: list
) -> None:
    clock.forward(jump)
    job = enqueue("test.round", key="one", by=SYSTEM)
    clock.back(jump)
    sweeping.sweep()
    assert woken == [(job.pk, "default")]
    clock.forward(dt.timedelta(minutes=4))
    assert [queue.name for queue in health.worker_health().late] == ["default"]
    assert run(job.pk)


@JUMPS
def test_work_kept_for_later_by_a_clock_ahead_is_kept_as_long_as_was_meant(
    clock: Clock, jump: dt.timedelta
) -> None:
    clock.forward(jump)
    job = enqueue(
        "test.round", key="one", by=SYSTEM, not_before=clock.instant + dt.timedelta(days=1)
    )
    clock.back(jump)
    sweeping.sweep()
    job.refresh_from_db()
    assert (job.not_before, job.due_at) == (clock.instant + dt.timedelta(days=1),) * 2


@JUMPS
def test_signs_of_life_go_on_and_none_from_the_future_counts(
    clock: Clock, jump: dt.timedelta
) -> None:
    clock.forward(jump)
    health.send_canaries()
    for canary in Job.objects.filter(kind=health.CANARY):
        run(canary.pk)
    clock.back(jump)
    assert not health.worker_health().is_alive
    health.send_canaries()
    fresh = Job.objects.filter(kind=health.CANARY, state="waiting")
    assert fresh.count() == 4
    for canary in fresh:
        run(canary.pk)
    assert health.worker_health().is_alive
    clock.forward(dt.timedelta(minutes=3))
    assert not health.worker_health().is_alive


def test_what_was_finished_by_a_clock_ahead_is_forgotten_in_its_time(clock: Clock) -> None:
    clock.forward(YEARS)
    job = enqueue("test.round", key="one", by=SYSTEM)
    run(job.pk)
    clock.back(YEARS)
    assert sweeping.forget_finished() == 0
    clock.forward(dt.timedelta(days=89))
    assert sweeping.forget_finished() == 0
    clock.forward(dt.timedelta(days=2))
    assert sweeping.forget_finished() == 1


def test_the_month_asked_for_before_its_time_is_asked_for_again_when_it_has_come(
    woken: list,
) -> None:
    what: dict[str, Any] = {
        "by": NamedJob("reports.month"),
        "period": "2026-02",
        "due_on": dt.date(2026, 2, 2),
    }
    early = schedule_month(**what)
    assert schedule_month(**what) == early
    with acting_as(by=SYSTEM):
        Run.objects.update(requested_at=timing.now() + dt.timedelta(days=3))
    again = schedule_month(**what)
    assert {run.pk for run in again}.isdisjoint(run.pk for run in early)
    assert Run.objects.of_month(SCHEDULE, "2026-02").count() == len(early)
    assert Job.objects.filter(kind="reports.make").count() == 2 * len(early)
