"""No page that lists anything asks the database more often for 200 rows than for 20."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access import table
from tests.access.crowd import add
from tests.access.records import RECORDS, World, build
from tests.personas import client_for

FEW, MANY = 20, 180
#: Addresses whose answer has rows: pages of lists, tabs of a record, reports.
LISTS = [
    name for name, row in sorted(table.read().items())
    if row["record"] in {"", "learner", "person", "candidate", "assessor", "report"}
]  # fmt: skip
OPEN = {"opens", "near"}


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[int, int]]]:
    """Queries of each address with few rows and with ten times as many."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        add(world, FEW)
        few = {name: asked(world, name) for name in LISTS}
        add(world, MANY)
        many = {name: asked(world, name) for name in LISTS}
        yield {name: (few[name], many[name]) for name in LISTS}
        transaction.set_rollback(True)


def asked(world: World, name: str) -> int:
    """Queries of one page after it has been seen once, as the role that may open it."""
    row = table.read()[name]
    role = next((role for role in world.people if row[role] in OPEN), None)
    if role is None:
        return 0
    client, address = client_for(world.people[role]), reverse(name, kwargs=RECORDS[row["record"]](world.home))
    with transaction.atomic():
        read(client, address)
        with CaptureQueriesContext(connection) as queries:
            read(client, address)
        transaction.set_rollback(True)
    return len(queries)


def read(client: Any, address: str) -> None:
    answer = client.get(address)
    b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("name", LISTS)
def test_two_hundred_rows_cost_no_more_queries_than_twenty(name: str, counts: dict[str, tuple[int, int]]) -> None:
    few, many = counts[name]
    assert many <= few
