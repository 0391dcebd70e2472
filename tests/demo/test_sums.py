"""Of the made-up nation: what reports say of people in post, and of who came and went, agrees with each other and the ledgers."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.demo.conftest import AS_AT
from tests.factories.reports import rows
from tests.reports.agreeing import (
    by_cell,
    flows_agree,
    learners_agree,
    programme_agrees,
    psos_agree,
    told,
)
from tests.reports.movements import Ledger

pytestmark = pytest.mark.usefixtures("in_the_nation")
#: The day it was made for, the end of a quarter and a day in between. Offers of officers' posts are on record of completions of
#: two years.
DAYS = [AS_AT, dt.date(2026, 9, 30), dt.date(2026, 5, 4)]
LONG_AGO = [dt.date(2025, 11, 20), dt.date(2024, 2, 29)]


@pytest.mark.parametrize("day", [*DAYS, *LONG_AGO], ids=str)
def test_who_is_in_post_is_who_was_and_came_and_did_not_go(day: dt.date) -> None:
    assert [*flows_agree(day, Ledger()), *learners_agree(day), *psos_agree(day)] == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_of_it_is_the_programmes_and_what_is_not(day: dt.date) -> None:
    ledger = Ledger()
    assert list(programme_agrees(day, ledger)) == []
    position = by_cell(day)
    for column, grade in (
        ("joiners_12m", "PSO"),
        ("leavers_12m", "PSO"),
        ("leavers_12m", "PO"),
        ("qualified_12m", "PO"),
    ):
        assert sum(told(position, column, grade).values()) > 0, "something to agree about"
    assert any(flow.came for flow in ledger.flows(day).values())


def test_a_returned_total_stands_as_it_was_returned() -> None:
    returned = {
        (row["region"], row["grade"]): row
        for row in rows("workforce-position", AS_AT)
        if row["source"] == "return" and row["region"] != "NAT"
    }
    assert ("WAL", "SPO") in returned
    assert {row["joiners_12m"] for row in returned.values()} == {None}, "nobody returned them"
