"""The made-up nation's suppressed tables, all together, attacked: those of the nation and of every region, of two months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pqip.core.snapshot import snapshot
from reports.catalogue import find
from reports.figures.asking import PlaceFilter, Question
from reports.queries.answers import answer
from tests.reports.attacker import NEAR, Attacker, read_outcomes, read_withdrawals, truth_of
from workforce.models import Region

MONTHS = {"": dt.date(2026, 10, 31), "before": dt.date(2026, 9, 30)}
THRESHOLD = 5


def published(name: str, as_at: dt.date, *, suppressed: bool = True) -> dict[str, Any]:
    """The tables of the nation (``""``) and of each region, by code."""
    places = {"": PlaceFilter()}
    places |= {
        one.code: PlaceFilter(False, frozenset({one.pk}))
        for one in Region.objects.order_by("order", "code")
    }
    with snapshot(None) as instant:
        every = {
            code: answer(
                find(name),
                Question(as_at, instant, place),
                place=code,
                by="test",
                suppressed=suppressed,
            ).main.rows
            for code, place in places.items()
        }
    return {code: rows for code, rows in every.items() if rows}


def outcomes_of(as_at: dt.date, *, suppressed: bool = True) -> dict[str, Any]:
    """Cohort outcomes of every place, of as many breakdowns as can be attacked in a run."""
    every = published("cohort-outcomes", as_at, suppressed=suppressed)
    kept = ("all", "region", "pathway", "sex")
    return {code: [row for row in rows if row["breakdown"] in kept] for code, rows in every.items()}


@pytest.mark.usefixtures("in_the_nation")
def test_nobody_is_found_out_from_all_tables_together() -> None:
    attacker = Attacker()
    for when, as_at in MONTHS.items():
        read_outcomes(attacker, outcomes_of(as_at), when)
        read_withdrawals(attacker, published("withdrawals", as_at), when)
    assert attacker.secret
    assert not attacker.told_in_both_ways()
    widths = attacker.widths()
    assert not {name: width for name, width in widths.items() if width < THRESHOLD - NEAR}


@pytest.mark.fault
@pytest.mark.usefixtures("in_the_nation")
def test_none_is_hidden_that_could_be_shown_alone() -> None:
    """Each hidden count that is not small, shown alone: too long for every run."""
    attacker = Attacker()
    read_outcomes(attacker, outcomes_of(MONTHS[""]))
    truth = truth_of(outcomes_of(MONTHS[""], suppressed=False))
    assert not attacker.needless(truth, attacker.widths(), THRESHOLD)
