"""Looking changes nothing: no page writes to the database when it is asked for. And no address tells of anybody (HD8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.personas import client_for
from workforce.models import Person, User

#: Tables that say who looked and how many rows they took, or keep a session: written by looking, on purpose.
MAY_WRITE = {
    "core_accessentry",
    "core_rowstaken",
    "django_session",
    "reports_forecastasked",
    "reports_forecastkept",
    "usersessions_usersession",
}
#: Pages that have the worker make what they would wait too long for, by asking for it in the queue.
ASK_THE_WORKER = {"reports:overview": {"jobs_job"}}
WRITES = re.compile(
    r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY)\s+"?(\w+)"?', re.IGNORECASE
)
OPEN = {"opens", "near"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every test looks and none writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def telling(world: World, django_db_blocker: Any) -> re.Pattern[str]:
    """Surnames, staff numbers and e-mail addresses of everybody there is."""
    with django_db_blocker.unblock():
        told = {
            word
            for row in Person.objects.values_list("last_name", "staff_number", "email")
            for word in row
            if word
        }
        told |= set(User.objects.values_list("email", flat=True))
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(told))) + r")(?![\w-])", re.IGNORECASE
    )


def addresses_in(answer: Any) -> list[str]:
    """Where an answer leads, as a log or a history would keep it."""
    page = (
        answer.content.decode()
        if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        else ""
    )
    found = [*re.findall(r'(?:href|action|src)="([^"]*)"', page), answer.get("Location", "")]
    return [unquote_plus(unescape(address)) for address in found]


@pytest.mark.parametrize("name", sorted(table.read()))
def test_looking_changes_nothing(
    name: str, world: World, telling: re.Pattern[str], django_db_blocker: Any
) -> None:
    row = table.read()[name]
    role = next((role for role in world.people if row[role] in OPEN), None)
    if role is None:
        return
    with django_db_blocker.unblock():
        client = client_for(world.people[role])
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse(name, kwargs=RECORDS[row["record"]](world.home)))
            b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
    written = {found[1] for query in asked if (found := WRITES.match(query["sql"]))}
    assert written <= MAY_WRITE | ASK_THE_WORKER.get(name, set())
    assert [
        address
        for address in addresses_in(answer)
        if telling.search(address) and not address.startswith("mailto:")
    ] == []
