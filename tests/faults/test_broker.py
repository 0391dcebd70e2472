"""The broker is down, frozen, or has lost everything (F1, F2, F4, F16)."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.db import connection, transaction

from pqip.jobs.models import Job
from tests.faults.plant import Plant

pytestmark = pytest.mark.alone


def timed_ask(plant: Plant, key: str) -> float:
    began = time.monotonic()
    plant.ask("drill.mark", key)
    return time.monotonic() - began


def test_work_asked_for_while_the_broker_is_down_is_done_once_it_is_back(plant: Plant) -> None:
    plant.broker.crash()
    assert timed_ask(plant, "down") < 3
    plant.scheduler()
    plant.worker()
    time.sleep(1)
    assert plant.state("down") == "waiting"
    plant.broker.start()
    plant.wait_for("down", "done")
    assert plant.effects("down") == 1


def test_a_frozen_broker_costs_a_page_less_than_three_seconds(plant: Plant) -> None:
    plant.ask("drill.mark", "before")
    plant.broker.freeze()
    try:
        assert timed_ask(plant, "first") < 3
        assert timed_ask(plant, "second") < 0.5
    finally:
        plant.broker.thaw()
    assert Job.objects.filter(state="waiting").count() == 3


def test_a_full_broker_costs_nothing_and_loses_nothing(plant: Plant) -> None:
    assert plant.broker.tell("CONFIG SET maxmemory 1").startswith("+OK")
    assert timed_ask(plant, "full") < 3
    assert plant.broker.tell("CONFIG SET maxmemory 0").startswith("+OK")
    plant.scheduler()
    plant.worker()
    plant.wait_for("full", "done")
    assert plant.effects("full") == 1


def test_many_pages_at_a_frozen_broker(plant: Plant) -> None:
    took: list[float] = []

    def page(number: int) -> None:
        took.append(timed_ask(plant, f"page-{number}"))
        connection.close()

    plant.broker.freeze()
    try:
        pages = [threading.Thread(target=page, args=(number,)) for number in range(8)]
        for thread in pages:
            thread.start()
        for thread in pages:
            thread.join()
    finally:
        plant.broker.thaw()
    assert len(took) == 8
    assert max(took) < 3


def test_what_a_crashed_broker_lost_is_sent_again_and_each_job_is_done_once(plant: Plant) -> None:
    keys = [f"lost-{number}" for number in range(5)]
    for key in keys:
        plant.ask("drill.mark", key)
    plant.broker.crash()
    plant.broker.start()
    plant.scheduler()
    plant.worker()
    for key in keys:
        plant.wait_for(key, "done")
    assert [plant.effects(key) for key in keys] == [1] * 5


def test_a_crash_between_commit_and_publish_loses_nothing(plant: Plant) -> None:
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's stays the parent's
        with transaction.atomic():
            transaction.on_commit(lambda: os._exit(9))
            plant.ask("drill.mark", "cut")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    plant.scheduler()
    plant.worker()
    plant.wait_for("cut", "done")
    assert plant.effects("cut") == 1


@pytest.mark.fault
def test_a_broker_that_comes_and_goes_ten_times(plant: Plant) -> None:
    plant.scheduler()
    plant.worker()
    for number in range(10):
        plant.broker.crash()
        time.sleep(1)
        plant.broker.start()
        plant.ask("drill.mark", f"flap-{number}")
        time.sleep(1)
    for number in range(10):
        plant.wait_for(f"flap-{number}", "done")
        assert plant.effects(f"flap-{number}") == 1
