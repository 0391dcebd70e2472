"""A nation of five people, three accounts and every process that serves them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, sync_playwright

from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from pqip.jobs.models import ScheduledRun
from tests.faults.machines import Broker
from tests.govuk.test_browser import FLAGS
from tests.harness.database import RealDatabase
from tests.trip.machinery import Mailbox, Service
from workforce.models import Person, Region, RoleGrant, User

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
)  # the browser's driver runs a loop beside the ORM
PASSWORD = "made-up-people-only"
STAFF = """staff_number,email,first_name,last_name,grade,region,pdu,function,fte,start_date
T1,pta@example.com,Tegwen,Trainee,PTA,NE,Sunderland,training,1.0,2026-01-05
C1,signer@example.com,Cai,Signer,SPTA,NE,Sunderland,training,1.0,2020-01-06
M1,manager@example.com,Mari,Manager,SPO,NE,Sunderland,sentence_management,1.0,2020-01-06
"""
ASSESSORS = """staff_number,taqa_registered_on,taqa_achieved_on,countersign_from,allowed_qualifications
T1,2026-02-02,,,VQ5
C1,2015-02-02,2016-02-01,2017-01-02,VQ5;VQ3
"""
ALLOCATIONS = """staff_number,role,from_date,other_staff_number
T1,countersigner,2026-02-02,C1
"""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def service(real_db: RealDatabase, mailbox: Mailbox, tmp_path: Path) -> Iterator[Service]:
    """The service with its people in place; web and worker are up, the scheduler waits to be started."""
    broker = Broker()
    broker.start()
    for name, text in (("staff", STAFF), ("assessors", ASSESSORS), ("allocations", ALLOCATIONS)):
        bring(name, text, tmp_path)
    accounts()
    running = Service(
        real_db.environment
        | {
            "REDIS_URL": f"unix://{broker.socket}",
            "TRIP_MAIL_PORT": str(mailbox.port),
            "PQIP_FILES": str(tmp_path / "files"),
        },
        tmp_path,
    )
    try:
        running.start_web()
        running.start_worker()
        yield running
    finally:
        running.stop()
        broker.remove()
        print(running.last_words())


def bring(dataset: str, text: str, folder: Path) -> None:
    path = folder / f"{dataset}.csv"
    path.write_text(text)
    outcome = engine.apply(registry[dataset], path, by=Job("import"))
    assert not outcome.problems, outcome.problems


def accounts() -> None:
    """One account for each part of the trip, and a schedule that has run before, so that the month now is due."""
    north_east = Region.objects.get(code="NE")
    with acting_as(by=Job("test")):
        for role, number in (
            ("learning_manager", None),
            ("pta", "T1"),
            ("countersigner", "C1"),
            ("regional_manager", None),
        ):
            person = Person.objects.get(staff_number=number) if number else None
            user = User.objects.create_user(
                f"{role}@example.com",
                PASSWORD,
                name=role.replace("_", " ").capitalize(),
                person=person,
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            RoleGrant.objects.create(
                user=user,
                role=role,
                region=None if person else north_east,
                starts_on=dt.date(2020, 1, 1),
            )
        before = (today().replace(day=1) - dt.timedelta(days=40)).replace(day=1)
        ScheduledRun.objects.create(
            schedule="reports-month",
            period=f"{before:%Y-%m}",
            outcome=ScheduledRun.Outcome.STARTED,
            due_at=dt.datetime(before.year, before.month, 3, 6, tzinfo=dt.UTC),
        )
