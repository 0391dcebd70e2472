"""What was lost is sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.jobs import health, sweeping
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import claim, run

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")
PAST = dt.timedelta(seconds=1)


@pytest.fixture
def job(does: Callable[..., None]) -> Job:
    does("test.work")
    return enqueue("test.work", key="one", by=SYSTEM)


def overdue(**changes: object) -> None:
    Job.objects.update(wake_at=clock.now() - PAST, **changes)


def test_a_fresh_job_is_left_to_its_own_wake_up(job: Job, woken: list) -> None:
    assert sweeping.sweep() == 0


def test_a_job_nobody_took_is_sent_again_and_then_more_rarely(job: Job, woken: list) -> None:
    overdue()
    assert sweeping.sweep() == 1
    assert sweeping.sweep() == 0
    assert woken == [(job.pk, "default")]
    job.refresh_from_db()
    assert job.wakes == 1
    assert job.wake_at > clock.now() + dt.timedelta(seconds=20)


def test_a_job_whose_worker_died_is_sent_again(job: Job, woken: list) -> None:
    claim(job.pk)
    overdue(lease_until=clock.now() - PAST)
    assert sweeping.sweep() == 1
    assert run(job.pk) is True


def test_what_the_broker_does_not_take_stays_due(
    job: Job, woken: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue()
    monkeypatch.setattr(sweeping, "wake", lambda number, queue: False)
    assert sweeping.sweep() == 0
    assert Job.objects.due_a_wake_up().count() == 1


def test_a_job_lost_three_times_is_parked(job: Job, woken: list) -> None:
    for _ in range(3):
        assert claim(job.pk) is not None
        overdue(lease_until=clock.now() - PAST)
    assert claim(job.pk) is None
    assert sweeping.sweep() == 0
    job.refresh_from_db()
    assert (job.state, job.last_error) == (
        "parked",
        "The work was cut off 3 times before it could finish, perhaps for want of memory. Start it again.",
    )


def test_finished_jobs_are_forgotten_after_their_time_and_parked_ones_never(
    job: Job, woken: list
) -> None:
    run(job.pk)
    Job.objects.update(finished_at=clock.now() - dt.timedelta(days=89))
    assert sweeping.forget_finished() == 0
    Job.objects.update(finished_at=clock.now() - dt.timedelta(days=91))
    assert sweeping.forget_finished() == 1


def test_health_tells_the_oldest_wait_the_parked_and_the_last_round_trip(
    job: Job, woken: list
) -> None:
    Job.objects.update(due_at=clock.now() - dt.timedelta(minutes=7))
    before = health.worker_health()
    assert (before.is_working, before.parked, before.last_canary) == (False, 0, None)
    assert before.oldest_waiting is not None
    assert before.oldest_waiting >= dt.timedelta(minutes=7)
    health.send_canaries()
    health.send_canaries()
    for canary in Job.objects.filter(kind=health.CANARY):
        run(canary.pk)
    after = health.worker_health()
    assert (after.is_alive, after.is_working, [queue.name for queue in after.late]) == (
        True,
        False,
        ["default"],
    )
    run(job.pk)
    assert health.worker_health().is_working is True
