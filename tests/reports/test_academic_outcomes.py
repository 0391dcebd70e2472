"""The report on outcomes of university modules, worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from learners.actions.modules_extensions import ask_for_extension
from learners.actions.modules_results import record_module_result
from learners.models import AcademicModule, Enrolment
from pqip.core.acting import Job
from pqip.exchange.writing import SUPPRESSED
from reports.catalogue import REPORTS
from reports.figures.asking import PlaceFilter, Row
from reports.figures.names import Names
from tests.factories import learners as make
from tests.factories.reports import answered, row, rows

pytestmark = pytest.mark.django_db
BY, END = Job("test"), dt.date(2026, 3, 31)
KEYS = {
    "university": "Sheffield Hallam University",
    "level5_held": "yes",
    "pathway": "PQIP15",
    "module": "REHAB",
}


def attempt(
    made: Enrolment, number: int, on: dt.date, mark: int | None, outcome: str, code: str = "REHAB"
) -> None:
    record_module_result(
        by=BY,
        enrolment=made,
        module=AcademicModule.objects.get(code=code),
        attempt=number,
        due_date=on,
        submitted_date=on if outcome != "pending" else None,
        mark=None if mark is None else Decimal(mark),
        outcome=outcome,
    )


def graduates_chart(found: list[Row]) -> list[Any]:
    charts = REPORTS["academic-outcomes"].charts
    assert charts is not None
    return charts(found, Names(), "of the test")


def ask(made: Enrolment, on: dt.date) -> None:
    module = AcademicModule.objects.get(code="REHAB")
    ask_for_extension(
        by=BY,
        enrolment=made,
        module=module,
        attempt=1,
        on=on,
        asked_until=on + dt.timedelta(days=14),
    )


def day(month: int, number: int) -> dt.date:
    return dt.date(2025, month, number)


@pytest.fixture
def entered() -> list[Enrolment]:
    """Passed with 62; failed with 30, passed with 50; failed with 20; due and not handed in, more time asked; due later."""
    first, second, third, fourth, later = made = [make.enrolment() for _ in range(5)]
    attempt(first, 1, day(7, 1), 62, "pass")
    attempt(second, 1, day(7, 1), 30, "fail")
    attempt(second, 2, day(9, 1), 50, "pass")
    attempt(third, 1, day(7, 1), 20, "fail")
    attempt(fourth, 1, day(7, 1), None, "pending")
    ask(fourth, day(6, 20))
    attempt(later, 1, dt.date(2026, 4, 1), None, "pending")
    return made


def test_by_hand(entered: list[Enrolment]) -> None:
    """Marks 62, 50 and 20: the latest of each, their median 50. Of four who entered one asked: 25%."""
    found = row("academic-outcomes", END, **KEYS)
    assert {
        name: found[name]
        for name in (
            "entered",
            "passed",
            "first_attempt_passed",
            "median_mark",
            "extensions_asked",
            "extension_rate",
        )
    } == {
        "entered": 4,
        "passed": 2,
        "first_attempt_passed": 1,
        "median_mark": 50.0,
        "extensions_asked": 1,
        "extension_rate": 25.0,
    }
    assert row("academic-outcomes", dt.date(2026, 4, 1), **KEYS)["entered"] == 5
    assert [
        (one["entered"], one["median_mark"]) for one in rows("academic-outcomes", day(6, 19))
    ] == []
    before = row("academic-outcomes", day(6, 20), **KEYS)
    assert (before["entered"], before["extensions_asked"], before["extension_rate"]) == (
        1,
        1,
        100.0,
    )


def test_a_median_lies_between_two_marks() -> None:
    for mark in (41, 60):
        attempt(make.enrolment(), 1, day(7, 1), mark, "pass")
    assert row("academic-outcomes", END, **KEYS)["median_mark"] == 50.5


def test_by_university_of_the_region_applied_in_level_5_and_pathway_at_the_start() -> None:
    moved = make.enrolment()
    attempt(moved, 1, day(7, 1), 50, "pass")
    make.event(moved, "moved_pathway", day(8, 1), to_pathway=make.pathway("PQIP21"))
    make.event(moved, "moved_region", day(8, 2), to_region=make.region("WAL"))
    welsh = make.enrolment(in_region="WAL", level5_held=False, on="PQIP27", modules_held=[])
    attempt(welsh, 1, day(7, 1), 50, "pass", "L6-ETHICS")
    unknown = make.enrolment(start=dt.date(2020, 1, 15))
    attempt(unknown, 1, day(7, 1), 50, "pass")
    said = [tuple(one[name] for name in KEYS) for one in rows("academic-outcomes", END)]
    assert said == [
        tuple(KEYS.values()),
        ("University of Portsmouth", "no", "PQIP27", "L6-ETHICS"),
        ("not_recorded", "yes", "PQIP15", "REHAB"),
    ]
    within = rows(
        "academic-outcomes",
        END,
        place=PlaceFilter(everywhere=False, regions=frozenset({make.region("WAL").pk})),
    )
    assert [one["university"] for one in within] == [
        "Sheffield Hallam University",
        "University of Portsmouth",
    ]


def test_what_small_numbers_would_tell_is_hidden() -> None:
    report = REPORTS["academic-outcomes"]
    shown = {
        "entered": 40,
        "passed": 30,
        "first_attempt_passed": 20,
        "median_mark": 55.0,
        "marked": 40,
        "extensions_asked": 10,
        "extension_rate": 25.0,
    }
    for changed, hidden in [
        ({}, set()),
        (
            {"entered": 34},
            {"entered", "passed", "first_attempt_passed", "median_mark", "extension_rate"},
        ),
        (
            {"first_attempt_passed": 26},
            {"entered", "passed", "first_attempt_passed", "median_mark", "extension_rate"},
        ),
        ({"extensions_asked": 4}, {"extensions_asked", "extension_rate"}),
        ({"extensions_asked": 36}, {"extensions_asked", "extension_rate"}),
        ({"marked": 4}, {"median_mark"}),
    ]:
        [answer] = report.suppress([shown | changed], 5)
        assert {name for name in shown if answer[name] is SUPPRESSED} - {"marked"} == hidden, (
            changed
        )


def test_graduates_and_others_side_by_side(entered: list[Enrolment]) -> None:
    """Of four modules that graduates entered two were passed, one at the first attempt; the one of a learner without level 5 at
    the first."""
    welsh = make.enrolment(in_region="WAL", level5_held=False, on="PQIP27", modules_held=[])
    attempt(welsh, 1, day(7, 1), 50, "pass", "L6-ETHICS")
    _main, beside = answered("academic-outcomes", END).tables
    names = ("level5_held", "entered", "passed", "passed_percent", "first_attempt_percent")
    assert [tuple(one[name] for name in names) for one in beside.rows] == [
        ("yes", 4, 2, 50.0, 25.0),
        ("no", 1, 1, 100.0, 100.0),
    ]
    [chart, _more] = graduates_chart(rows("academic-outcomes", END))
    assert chart.title == (
        "2 of 4 modules that graduates entered and 1 of 1 modules that non-graduates entered were passed"
    )
    _main, beside = answered("academic-outcomes", END, suppressed=True).tables
    assert [one["entered"] for one in beside.rows] == [SUPPRESSED, SUPPRESSED], "nothing of few"


def test_side_by_side_tells_the_sums_of_what_is_told() -> None:
    for _ in range(12):
        attempt(make.enrolment(), 1, day(7, 1), 60, "pass")
    for _ in range(3):
        attempt(make.enrolment(), 1, day(7, 1), 60, "pass", "L6-ETHICS")
    main, beside = answered("academic-outcomes", END, suppressed=True).tables
    told = [one["entered"] for one in main.rows if one["entered"] is not SUPPRESSED]
    assert [one["entered"] for one in beside.rows] == [sum(told)] == [12]
    assert beside.rows[0]["extensions_asked"] is SUPPRESSED
