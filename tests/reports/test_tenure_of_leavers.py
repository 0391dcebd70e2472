"""The report on how long leavers had been on the programme, worked out by hand, and what is told where numbers are small."""

from __future__ import annotations

import datetime as dt

import pytest

from pqip.core.snapshot import safe_known_at
from reports.figures.asking import PlaceFilter
from tests.factories.learners import enrolment, event, region
from tests.factories.reports import answered, row, rows
from tests.reports.attacker import is_hidden

pytestmark = pytest.mark.django_db
START, END = dt.date(2025, 1, 15), dt.date(2027, 9, 30)


def left(after: int, *, destination: str = "other_role", **fields: object) -> None:
    made = enrolment(start=START, **fields)  # type: ignore[arg-type]
    event(made, "withdrawn", START + dt.timedelta(days=after), destination=destination)


@pytest.mark.parametrize(
    ("band", "last"),
    [
        ("week", 7),
        ("month", 30),
        ("3_months", 91),
        ("6_months", 182),
        ("12_months", 365),
        ("18_months", 547),
    ],
)
def test_a_band_ends_on_its_last_day(band: str, last: int) -> None:
    left(last)
    left(last + 1)
    first, second = rows("tenure-of-leavers", END)
    assert (first["band"], first["withdrawn"], second["withdrawn"]) == (band, 1, 1)
    assert second["band"] != band


def test_by_hand() -> None:
    """Of ten who started two withdrew in the first week, one of them out of the Service: 20%. Whoever moves counts where they
    began."""
    left(0, destination="left_service")
    left(7)
    left(600, destination="left_service")
    for _ in range(7):
        enrolment(start=START)
    moved = enrolment(start=START, in_region="WAL")
    event(moved, "moved_region", dt.date(2025, 3, 1), to_region=region("NE"))
    event(moved, "withdrawn", dt.date(2025, 6, 1), destination="left_service")
    names = ("region", "pathway", "band", "withdrawn", "share_of_starters", "left_service")
    found = [tuple(one[name] for name in names) for one in rows("tenure-of-leavers", END)]
    assert found == [
        ("NE", "PQIP15", "week", 2, 20.0, 1),
        ("NE", "PQIP15", "later", 1, 10.0, 1),
        ("WAL", "PQIP15", "6_months", 1, 100.0, 1),
    ]
    within = PlaceFilter(everywhere=False, regions=frozenset({region("WAL").pk}))
    assert [one["region"] for one in rows("tenure-of-leavers", END, place=within)] == ["WAL"]


def test_as_at_and_as_known() -> None:
    left(30)
    day = START + dt.timedelta(days=30)
    assert rows("tenure-of-leavers", day - dt.timedelta(days=1)) == []
    assert row("tenure-of-leavers", day)["band"] == "month"
    instant = safe_known_at()
    left(30)
    assert row("tenure-of-leavers", day, instant)["withdrawn"] == 1
    assert row("tenure-of-leavers", day)["withdrawn"] == 2


def test_small_bands_are_put_together_and_add_up_to_all_who_withdrew() -> None:
    """On paper: of 16 who withdrew 9 did so in the first week; 3, 2 and 2 are 7, told together. Of the 9 three left the Service:
    hidden, with those of the 7, as cohort outcomes tell how many of all 16 did."""
    for nth in range(9):
        left(3, destination="left_service" if nth < 3 else "other_role")
    for days, people in ((20, 3), (60, 2), (100, 2)):
        for _ in range(people):
            left(days, destination="left_service")
    for _ in range(20):
        enrolment(start=START)
    shown = answered("tenure-of-leavers", END, suppressed=True).main.rows
    assert [(one["band"], one["withdrawn"], one["share_of_starters"]) for one in shown] == [
        ("week", 9, 25.0),
        ("other_reasons", 7, 19.4),
    ]
    assert all(is_hidden(one["left_service"]) for one in shown)


def test_where_outcomes_hide_how_many_withdrew_so_does_this() -> None:
    for days in (3, 40, 400):
        left(days)
    for _ in range(9):
        enrolment(start=START)
    [only] = answered("tenure-of-leavers", END, suppressed=True).main.rows
    assert only["band"] == "several"
    assert all(is_hidden(only[name]) for name in ("withdrawn", "share_of_starters", "left_service"))
    outcomes = answered("cohort-outcomes", END, suppressed=True).main.rows
    assert is_hidden(outcomes[0]["withdrawn"])
