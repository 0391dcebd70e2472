"""Two schedulers, none for a while, and one whose clock is ten years ahead (F11, F12, F14)."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pqip.core import clock
from pqip.jobs.health import worker_health
from pqip.jobs.models import Job, ScheduledRun
from tests.faults.machines import PATIENCE
from tests.faults.plant import Plant


@pytest.fixture
def last_seen_four_days_ago(plant: Plant) -> None:
    ScheduledRun.objects.create(
        schedule="drill",
        period="start",
        due_at=clock.now() - dt.timedelta(days=4),
        outcome="before",
    )


def test_two_schedulers_after_four_days_make_one_run_and_show_the_missed_ones(
    plant: Plant, last_seen_four_days_ago: None
) -> None:
    one, two = plant.scheduler(), plant.scheduler()
    plant.wait_until(
        lambda: one.says("acts now") or two.says("acts now"), PATIENCE, "one scheduler acts"
    )
    plant.wait_until(
        lambda: ScheduledRun.objects.filter(schedule="drill", outcome="started").exists(),
        PATIENCE,
        "a run",
    )
    plant.wait_until(
        lambda: one.log.stat().st_size and two.log.stat().st_size, PATIENCE, "both are up"
    )
    time.sleep(2)
    assert one.says("acts now") != two.says("acts now")
    assert Job.objects.filter(kind="drill.mark").count() == 1
    outcomes = (
        ScheduledRun.objects.filter(schedule="drill")
        .exclude(period="start")
        .values_list("outcome", flat=True)
    )
    assert sorted(outcomes) == ["missed", "missed", "missed", "started"]


def test_when_the_acting_scheduler_is_killed_the_other_takes_over(plant: Plant) -> None:
    first = plant.scheduler()
    plant.wait_until(lambda: first.says("acts now"), PATIENCE, "the first acts")
    second = plant.scheduler()
    plant.wait_until(lambda: second.log.stat().st_size, PATIENCE, "the second is up")
    time.sleep(1)
    assert not second.says("acts now")
    first.kill()
    plant.wait_until(lambda: second.says("acts now"), PATIENCE, "the second acts")


def test_after_a_clock_that_was_ten_years_ahead_schedules_work_and_signs_of_life_go_on(
    plant: Plant, last_seen_four_days_ago: None
) -> None:
    years = str(3653 * 86_400)
    mad = plant.scheduler(DRILL_CLOCK_AHEAD=years)
    ahead = plant.worker(DRILL_CLOCK_AHEAD=years)
    early = ScheduledRun.objects.filter(schedule="drill", due_at__gt=clock.now())
    plant.wait_until(
        lambda: early.filter(job__state="done").exists(),
        PATIENCE,
        "a run of ten years hence is done",
    )
    mad.kill()
    ahead.kill()
    plant.scheduler()
    plant.worker()
    right = ScheduledRun.objects.filter(
        schedule="drill", outcome="started", due_at__lte=clock.now()
    )
    plant.wait_until(
        lambda: right.filter(job__state="done").exists(), PATIENCE, "today's run is done"
    )
    plant.wait_until(
        lambda: worker_health().is_working, PATIENCE, "signs of life of the right time"
    )
    assert not early.exists()
    assert not Job.objects.filter(kind="drill.mark", state__in=["waiting", "running"]).exists()
