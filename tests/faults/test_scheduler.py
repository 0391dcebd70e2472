"""Two schedulers, and none for a while (F11, F12)."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from pqip.core import clock
from pqip.jobs.models import Job, ScheduledRun
from tests.faults.machines import PATIENCE
from tests.faults.plant import Plant


@pytest.fixture
def last_seen_four_days_ago(plant: Plant) -> None:
    ScheduledRun.objects.create(schedule="drill", period="start", due_at=clock.now() - dt.timedelta(days=4), outcome="before")


def test_two_schedulers_after_four_days_make_one_run_and_show_the_missed_ones(
    plant: Plant, last_seen_four_days_ago: None
) -> None:
    one, two = plant.scheduler(), plant.scheduler()
    plant.wait_until(lambda: one.says("acts now") or two.says("acts now"), PATIENCE, "one scheduler acts")
    plant.wait_until(lambda: ScheduledRun.objects.filter(schedule="drill", outcome="started").exists(), PATIENCE, "a run")
    plant.wait_until(lambda: one.log.stat().st_size and two.log.stat().st_size, PATIENCE, "both are up")
    time.sleep(2)
    assert one.says("acts now") != two.says("acts now")
    assert Job.objects.filter(kind="drill.mark").count() == 1
    outcomes = ScheduledRun.objects.filter(schedule="drill").exclude(period="start").values_list("outcome", flat=True)
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
