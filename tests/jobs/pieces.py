"""For each kind of background work a piece of it: asked for as the service asks, and how one sees that it was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.exchange import kept
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from pqip.jobs.health import CANARY
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import run as do
from pqip.messages.models import Message
from pqip.messages.sending import send
from reports.actions.request_run import request_run
from reports.models import ForecastKept, Run
from tests.factories.learners import enrolment
from tests.personas import persona
from workforce.models import Person, User

SYSTEM = NamedJob("test")
HEAD = "staff_number,email,first_name,last_name,grade,region,pdu,function,fte,contract,start_date,end_date,leave_reason,effective_from"  # noqa: E501
ROW = "RETRY1,retry1@example.com,Sam,Jones,PSO,NE,N54DUR,court,1.0,,2024-03-01,,,"
END = dt.date(2025, 9, 30)


@dataclass
class Piece:
    """The job, how far its thing is, and whether it has been done."""

    job: Job
    is_done: Callable[[], bool]
    #: The thing's own state while its job is set aside; empty where it has none.
    says: Callable[[], str] = str
    stopped: str = ""


def a_report() -> Piece:
    enrolment()
    run = request_run(by=persona("national"), report="monthly-status", as_at=END, formats=["csv"])
    return Piece(
        Job.objects.get(key=f"report-run:{run.pk}"),
        lambda: state_of(run) == Run.State.READY and run.files.count() == 1,
        lambda: state_of(run),
        Run.State.FAILED,
    )


def a_file(by: User | None = None) -> ImportRun:
    file = SimpleUploadedFile("staff.csv", f"{HEAD}\n{ROW}\n".encode())
    return start_import(by=by or persona("learning_manager"), dataset=registry["staff"], file=file)


def a_check() -> Piece:
    run = a_file()
    done = lambda: state_of(run) == ImportRun.State.READY  # noqa: E731
    return Piece(
        Job.objects.get(key=run.job_key), done, lambda: state_of(run), ImportRun.State.FAILED
    )


def an_import() -> Piece:
    run = a_file()
    do(Job.objects.get(key=run.job_key).pk)
    run.refresh_from_db()
    run = confirm_import(by=run.requested_by, run=run)
    return Piece(
        Job.objects.get(key=run.job_key),
        lambda: (
            state_of(run) == ImportRun.State.DONE
            and Person.objects.filter(staff_number="RETRY1").count() == 1
        ),
        lambda: state_of(run),
        ImportRun.State.FAILED,
    )


def an_old_file() -> Piece:
    run = a_check_done()
    with acting_as(by=SYSTEM):
        ImportRun.objects.filter(pk=run.pk).update(requested_at=clock.now() - dt.timedelta(days=40))
    return Piece(plain("exchange.purge_files"), lambda: not kept.folder(run.public_id).exists())


def a_check_done() -> ImportRun:
    run = a_file()
    do(Job.objects.get(key=run.job_key).pk)
    run.refresh_from_db()
    return run


def an_e_mail() -> Piece:
    message = send(
        "report_ready",
        to="reader@example.org",
        reference="one",
        by=SYSTEM,
        context={"count": 1, "link": "x"},
    )
    return Piece(
        Job.objects.get(key=f"message:{message.pk}"),
        lambda: state_of(message) == Message.State.SENT,
        lambda: state_of(message),
        Message.State.WAITING,
    )


def a_month() -> Piece:
    job = plain("reports.month", period="2025-10", due_on="2025-10-01")
    return Piece(job, lambda: Run.objects.filter(period="2025-10", as_at=END).exists())


def a_forecast() -> Piece:
    wanted = {"supply", "assessing", "supporting", "units", "progress", "backtest"}

    def is_done() -> bool:
        return set(ForecastKept.objects.values_list("what", flat=True)) == wanted

    return Piece(plain("reports.forecast"), is_done)


def records_to_put_right() -> Piece:
    enrolment()  # nobody looks after them
    persona("learning_manager")
    job = plain("reports.data_quality", period="2025-10")
    return Piece(job, lambda: Message.objects.filter(reference="data_quality:2025-10").count() == 1)


def an_old_report() -> Piece:
    piece = a_report()
    do(piece.job.pk)
    with acting_as(by=SYSTEM):
        Run.objects.update(expires_at=clock.now() - dt.timedelta(days=1))
    return Piece(plain("reports.expire"), lambda: Run.objects.get().state == Run.State.EXPIRED)


def plain(kind: str, **payload: object) -> Job:
    return enqueue(kind, key=f"piece:{kind}", payload=payload, by=SYSTEM)


def without_a_thing(kind: str) -> Callable[[], Piece]:
    """Work whose only state is its job's: done is done."""
    return lambda: Piece(plain(kind), lambda: Job.objects.get(key=f"piece:{kind}").is_done)


def state_of(thing: Run | ImportRun | Message) -> str:
    thing.refresh_from_db()
    return str(thing.state)


PIECES: dict[str, Callable[[], Piece]] = {
    "reports.make": a_report,
    "reports.month": a_month,
    "reports.forecast": a_forecast,
    "reports.data_quality": records_to_put_right,
    "reports.expire": an_old_report,
    "exchange.check_import": a_check,
    "exchange.apply_import": an_import,
    "exchange.purge_files": an_old_file,
    "messages.send": an_e_mail,
    **{kind: without_a_thing(kind)
       for kind in ("learners.turn_day", "learners.follow_posts", "learners.redate", "workforce.turn_day", "assessments.chase",
                    "core.forget_forms", "files.tidy", CANARY)},
}  # fmt: skip
