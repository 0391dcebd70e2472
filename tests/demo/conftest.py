"""The made-up nation for tests of a module: a fiftieth of it, of which nothing stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from pqip.demo.seeding import seed

AS_AT = dt.date(2026, 11, 20)


def fill(number: int = 1) -> None:
    """Made of that seed, within the transaction that is open."""
    seed(scale=0.02, number=number, as_at=AS_AT, say=lambda _: None)


@pytest.fixture(scope="module")
def nation(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Made once for the tests of a module that take `in_the_nation`."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_the_nation(nation: object, django_db_blocker: Any) -> Iterator[None]:
    """One test in it: what the test writes is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
