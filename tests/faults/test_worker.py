"""Workers are killed, told to stop, or told twice (F7, F8, F10, F17, F20)."""

from __future__ import annotations

import signal
import time

import pytest
from django.db import connection

from pqip.jobs.health import worker_health
from pqip.jobs.models import Job
from pqip.jobs.tasks import run_job
from tests.faults.machines import PATIENCE
from tests.faults.plant import Plant


def test_a_worker_killed_in_the_middle(plant: Plant) -> None:
    plant.scheduler()
    first = plant.worker()
    plant.ask("drill.slow_at_first", "cut", seconds=60)
    plant.wait_for("cut", "running")
    first.kill()
    plant.worker()
    plant.wait_for("cut", "done")
    assert plant.effects("cut") == 1
    assert Job.objects.get(key="cut").attempt == 2


def test_work_that_kills_its_process_is_parked_and_other_work_goes_on(plant: Plant) -> None:
    plant.scheduler()
    plant.worker()
    plant.ask("drill.die", "poison")
    plant.ask("drill.mark", "healthy")
    plant.wait_for("healthy", "done")
    plant.wait_for("poison", "parked")
    job = Job.objects.get(key="poison")
    assert (job.attempt, plant.effects("poison"), plant.effects("healthy")) == (3, 0, 1)
    assert "cut off 3 times" in job.last_error


def test_one_message_delivered_three_times_to_two_workers(plant: Plant) -> None:
    job = plant.ask("drill.slow", "twice", seconds=1)
    for _ in range(2):
        run_job.apply_async((job.pk,), queue="default")
    plant.worker(concurrency=2)
    plant.worker()
    plant.wait_for("twice", "done")
    time.sleep(1)
    assert plant.effects("twice") == 1
    assert Job.objects.get(key="twice").attempt == 1


def test_a_worker_told_to_stop_leaves_soon_and_its_work_is_done_by_the_next(plant: Plant) -> None:
    plant.scheduler()
    first = plant.worker()
    plant.ask("drill.slow_at_first", "deploy", seconds=60)
    plant.wait_for("deploy", "running")
    first.signal(signal.SIGTERM)
    plant.wait_until(lambda: first.process.poll() is not None, 30, "the worker has stopped")
    assert plant.effects("deploy") == 0
    plant.worker()
    plant.wait_for("deploy", "done")
    assert plant.effects("deploy") == 1


def test_a_long_job_keeps_its_lease(plant: Plant) -> None:
    plant.scheduler()
    plant.worker(concurrency=2)
    plant.ask("drill.slow", "long", seconds=5)
    plant.wait_for("long", "done")
    assert (plant.effects("long"), Job.objects.get(key="long").attempt) == (1, 1)


def test_every_connection_to_the_database_is_cut(plant: Plant) -> None:
    plant.scheduler()
    plant.worker()
    plant.ask("drill.slow_at_first", "severed", seconds=3)
    plant.wait_for("severed", "running")
    connection.close()
    plant.as_owner(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    plant.ask("drill.mark", "after")
    plant.wait_for("after", "done")
    plant.wait_for("severed", "done")
    assert (plant.effects("after"), plant.effects("severed")) == (1, 1)


@pytest.mark.fault
def test_a_worker_that_is_alive_and_does_nothing_is_noticed(plant: Plant) -> None:
    plant.scheduler()
    worker = plant.worker()
    plant.wait_until(lambda: worker_health().is_working, 2 * PATIENCE, "a canary came back")
    worker.signal(signal.SIGSTOP)
    try:
        plant.wait_until(lambda: not worker_health().is_working, 180, "the silence is noticed")
    finally:
        worker.signal(signal.SIGCONT)
    plant.wait_until(lambda: worker_health().is_working, 2 * PATIENCE, "a canary came back")


@pytest.mark.fault
def test_a_worker_that_wakes_up_after_its_job_was_given_away_commits_nothing(plant: Plant) -> None:
    plant.scheduler()
    first = plant.worker()
    plant.ask("drill.freeze_at_first", "frozen")
    plant.wait_for("frozen", "running")
    plant.worker()
    plant.wait_for("frozen", "done")
    first.signal_all(signal.SIGCONT)
    plant.wait_until(lambda: first.says("was taken over"), PATIENCE, "the first notices")
    assert plant.effects("frozen") == 1
