"""Work that comes round by itself: once for each period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError

from pqip.core import clock
from pqip.core.background.calendar import Daily, Monthly
from pqip.core.background.schedules import register_schedule
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.schedules import start_due

pytestmark = pytest.mark.django_db
SEVEN = dt.time(7)


def at(day: int, hour: int = 8, month: int = 1) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def kind(does: Callable[..., None], rounds: None) -> None:
    does("test.round")


def names() -> list[tuple[str, str]]:
    return list(ScheduledRun.objects.order_by("due_at").values_list("period", "outcome"))


def test_a_new_schedule_begins_with_the_next_period() -> None:
    register_schedule("daily", Daily(SEVEN), "test.round", {"report": "progression"})
    assert start_due(at(5)) == []
    assert start_due(at(6, 6)) == []
    (made,) = start_due(at(6))
    assert made.job.payload == {
        "report": "progression",
        "period": "2026-01-06",
        "due_on": "2026-01-06",
    }
    assert made.job.requested_by == "job:scheduler"
    assert start_due(at(6, 9)) == []


def test_after_an_absence_the_latest_runs_once_and_the_others_are_shown_as_missed() -> None:
    register_schedule("daily", Daily(SEVEN), "test.round")
    start_due(at(5))
    assert len(start_due(at(9))) == 1
    assert names() == [
        ("start", "before"), ("2026-01-06", "missed"), ("2026-01-07", "missed"),
        ("2026-01-08", "missed"), ("2026-01-09", "started"),
    ]  # fmt: skip
    assert Job.objects.count() == 1


def test_or_each_missed_period_runs_where_each_matters() -> None:
    register_schedule("month", Monthly(SEVEN), "test.round", each_missed=True)
    start_due(at(5))
    assert [run.period for run in start_due(at(5, month=4))] == ["2026-02", "2026-03", "2026-04"]


def test_a_clock_set_back_starts_nothing_twice() -> None:
    register_schedule("daily", Daily(SEVEN), "test.round")
    start_due(at(5))
    start_due(at(6, 7))
    assert start_due(at(6, 7) - dt.timedelta(minutes=10)) == []
    assert start_due(at(6, 7)) == []
    assert Job.objects.count() == 1


def test_the_database_refuses_a_second_run_of_a_period() -> None:
    ScheduledRun.objects.create(
        schedule="daily", period="2026-01-06", due_at=clock.now(), outcome="missed"
    )
    with pytest.raises(IntegrityError, match="jobs_one_run_per_period"):
        ScheduledRun.objects.create(
            schedule="daily", period="2026-01-06", due_at=clock.now(), outcome="missed"
        )


def test_one_name_is_one_schedule() -> None:
    register_schedule("daily", Daily(SEVEN), "test.round")
    register_schedule("daily", Daily(SEVEN), "test.round")
    with pytest.raises(ValueError, match="Two schedules"):
        register_schedule("daily", Daily(dt.time(8)), "test.round")
