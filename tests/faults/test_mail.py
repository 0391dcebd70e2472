"""E-mails whose worker is killed: one not handed over is sent by the next, one in doubt is not; and none waits for a report."""

from __future__ import annotations

import pytest

from pqip.jobs.again import retry_parked
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.messages.models import Message
from pqip.messages.sending import send
from tests.faults.machines import PATIENCE
from tests.faults.plant import OPERATOR, Plant


def ask() -> Message:
    return send(
        "report_ready",
        to="reader@example.org",
        reference="one",
        by=OPERATOR,
        context={"count": 1, "link": "x"},
    )


def job_of(message: Message) -> str:
    return f"message:{message.pk}"


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return str(message.state)


def test_a_worker_killed_before_it_hands_it_over(plant: Plant) -> None:
    plant.scheduler()
    first = plant.worker(DRILL_PAUSE_MAIL="before")
    message = ask()
    plant.wait_for(job_of(message), "running")
    first.kill()
    plant.worker()
    plant.wait_for(job_of(message), "done")
    assert (state_of(message), len(plant.mails())) == ("sent", 1)


def test_a_worker_killed_after_it_handed_it_over(plant: Plant) -> None:
    plant.scheduler()
    first = plant.worker(DRILL_PAUSE_MAIL="after")
    message = ask()
    plant.wait_until(plant.mails, PATIENCE, "the e-mail has left the house")
    first.kill()
    assert state_of(message) == "sending"
    plant.worker()
    plant.wait_for(job_of(message), "done")
    assert (state_of(message), len(plant.mails())) == ("unknown", 1)


@pytest.mark.fault
def test_workers_killed_each_time_before_it_is_handed_over_set_it_aside_and_started_again_it_is_sent(
    plant: Plant,
) -> None:
    plant.scheduler()
    message = ask()
    for attempt in range(1, 4):
        worker = plant.worker(DRILL_PAUSE_MAIL="before")
        plant.wait_until(
            lambda attempt=attempt: Job.objects.filter(
                key=job_of(message), state="running", attempt=attempt
            ).exists(),
            PATIENCE,
            f"attempt {attempt}",
        )
        worker.kill()
    plant.wait_for(job_of(message), "parked")
    plant.worker()
    assert retry_parked(Job.objects.get(key=job_of(message)), by=OPERATOR) == ""
    plant.wait_for(job_of(message), "done")
    assert (state_of(message), len(plant.mails())) == ("sent", 1)


def test_an_e_mail_and_a_file_do_not_wait_for_a_report(plant: Plant) -> None:
    for queues in ("default,mail", "imports", "reports"):
        plant.worker(queues=queues)
    report = enqueue(
        "drill.slow", key="report", payload={"seconds": 600}, by=OPERATOR, queue="reports"
    )
    plant.wait_for(report.key, "running")
    check = enqueue("drill.mark", key="check", by=OPERATOR, queue="imports")
    message = ask()
    plant.wait_for(job_of(message), "done")
    plant.wait_for(check.key, "done")
    assert (state_of(message), plant.state(report.key)) == ("sent", "running")
