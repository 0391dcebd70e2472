"""Every number that opens something is followed: the page behind it counts the same. As each role, on the made-up nation."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.snapshot import snapshot
from pqip.demo.personas import PERSONAS
from reports.actions.schedule_month import SCHEDULE, schedule_month
from reports.figures.asking import Question
from reports.figures.data_quality import data_quality, records_behind
from reports.figures.monthly import monthly_status
from reports.models import Run
from reports.queries.people import OPENS, rows_behind
from tests.demo.conftest import AS_AT
from tests.personas import client_for
from tests.walking import counted, numbers
from workforce.data_quality import registered
from workforce.models import Region, User

pytestmark = pytest.mark.usefixtures("in_the_nation")
ACCOUNTS = {persona.role: persona.email for persona in PERSONAS}


@pytest.fixture
def month() -> None:
    """The reports of October stand ready, as if the worker had made them; without their files."""
    schedule_month(by=Job("reports.month"), period="2026-11", due_on=dt.date(2026, 11, 2))
    with acting_as(by=Job("reports.make")):
        Run.objects.filter(schedule=SCHEDULE).update(
            state=Run.State.READY, known_at=now(), ready_at=now()
        )


def signed_in(role: str) -> Client:
    return client_for(User.objects.get(email=ACCOUNTS[role]))


def html(client: Client, address: str) -> str:
    page = client.get(address, follow=True)
    assert page.status_code == 200, address
    return page.content.decode()


#: How many numbers open something, at least, on the first pages that have any.
OPEN = {
    "learning_manager": 20,
    "pta": 3,
    "countersigner": 2,
    "iqa": 5,
    "hr_partner": 1,
    "regional_manager": 5,
    "national": 3,
}


def wrong(client: Client, address: str) -> list[tuple[str, str, int, int]]:
    """Numbers of a page that the page behind them does not bear out: the words, the address, the number, and what is there."""
    found = []
    for number in numbers(html(client, address)):
        there = counted(html(client, number.url))
        if there != number.value:
            found.append((number.words, number.url, number.value, there))
    return found


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("role", ACCOUNTS)
def test_numbers_of_the_first_page(role: str) -> None:
    client = signed_in(role)
    assert len(numbers(html(client, "/"))) >= OPEN.get(role, 0)
    assert wrong(client, "/") == []


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("role", ["regional_manager", "national"])
def test_numbers_of_the_latest_months_reports(role: str) -> None:
    client, address = signed_in(role), reverse("reports:month")
    assert len(numbers(html(client, address))) >= 10
    assert wrong(client, address) == []


@pytest.mark.parametrize(
    ("report", "least"), [("monthly-status", 50), ("data-quality", 10), ("workforce-position", 0)]
)
def test_numbers_of_a_regional_managers_reports(report: str, least: int) -> None:
    client = signed_in("regional_manager")
    address = f"{reverse('reports:report', args=[report])}?as_at={AS_AT.isoformat()}"
    assert len(numbers(html(client, address))) >= least
    assert wrong(client, address) == []


def test_what_is_behind_every_number_of_the_months_status_even_where_it_is_none() -> None:
    """Of every region, cohort and pathway: a number that is 0 is no link, and nobody is behind it."""
    keys, empty = ("region", "cohort", "pathway"), set()
    with snapshot() as instant:
        question = Question(AS_AT, instant)
        rows = monthly_status(question)
        for column in OPENS:
            counts = {tuple(row[key] for key in keys): row[column] for row in rows}
            behind = Counter(
                tuple(row[key] for key in keys) for row in rows_behind(question, column, {})
            )
            assert {key: number for key, number in counts.items() if number} == dict(behind), column
            if not behind:
                empty.add(column)
    assert len(empty) * 4 < len(OPENS), f"too few people to tell: {empty}"


def test_what_is_behind_every_check_even_where_it_is_nothing() -> None:
    with snapshot() as instant:
        question = Question(AS_AT, instant)
        counts = {(row["check"], row["region"]): row["failing"] for row in data_quality(question)}
        codes = {None: "", **dict(Region.objects.values_list("pk", "code"))}
        behind = Counter(
            (check.code, codes[one.region_id])
            for check in registered()
            for one in records_behind(question, check)
        )
    assert {key: number for key, number in counts.items() if number} == dict(behind)
