"""Sensitive values in files: lists, datasets filled in and reports tell them to those who may read them, and to nobody else.

Pages are held to the same where each is opened as each role: tests/access/test_table.py::test_who_may_open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from pqip.exchange.datasets import registry
from reports.catalogue import REPORTS
from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.personas import client_for
from tests.trust.secrets import AGREED, BREAK, LEAVER, READ_WITH, SUPPORT, plant, told
from tests.trust.seen import LISTS, OPEN
from workforce.roles import ROLES

ROWS = table.read()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        plant(made.home.learner, made.home.extra["gone"])
        yield made
        transaction.set_rollback(True)


def text(client: Any, address: str, **asked: str) -> str:
    with transaction.atomic():
        answer = client.get(address, asked)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return content.decode(errors="replace") if answer.status_code == 200 else ""


def files(world: World, role: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every file in words that a role may fetch: its address, and what is asked."""
    for name in sorted(LISTS):
        if ROWS[name][role] in OPEN:
            yield reverse(name, kwargs=RECORDS[ROWS[name]["record"]](world.home)), {"format": "csv"}
    if ROWS["exchange:filled"][role] in OPEN:
        yield from ((reverse("exchange:filled", args=[dataset, "csv"]), {}) for dataset in registry)
    if ROWS["reports:file"][role] in OPEN:
        yield from ((reverse("reports:file", args=[name]), {"format": "csv"}) for name in REPORTS)


@pytest.mark.parametrize("role", list(ROLES))
def test_no_file_tells_what_its_reader_may_not_read(
    role: str, world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        who = world.people[role]
        client = client_for(who)
        found = {
            address: told(text(client, address, **asked), who)
            for address, asked in files(world, role)
        }
    assert {address: values for address, values in found.items() if values} == {}


def test_those_who_may_read_it_do(world: World, django_db_blocker: Any) -> None:
    """Or the others would prove nothing."""
    where = {
        SUPPORT: ("learning_manager", "learners:support", "learner"),
        BREAK: ("learning_manager", "learners:breaks", "learner"),
        AGREED: ("line_manager", "learners:conversations_of", "learner"),
        LEAVER: ("hr_partner", "learners:leaver", "leaver"),
    }
    with django_db_blocker.unblock():
        for value, (role, name, record) in where.items():
            assert world.people[role].can(READ_WITH[value])
            assert value in text(
                client_for(world.people[role]), reverse(name, kwargs=RECORDS[record](world.home))
            ), name
