"""The pilot of PSO progression, as its evaluation printed it: recruited here, and what became of graduates and non-graduates.

50 started of 122 who applied; 48% of starters came without level 5. Of 26 with level 5 23 completed, of 24
without 18: 41 of 50 (Ministry of Justice, process evaluation of the pilot, January 2023).
"""

from __future__ import annotations

import datetime as dt

import pytest

from reports.catalogue import REPORTS
from reports.figures.names import Names
from tests.factories.applications import application
from tests.factories.learners import enrolment, event
from tests.factories.reports import row, rows

pytestmark = pytest.mark.django_db
START, END = dt.date(2021, 1, 18), dt.date(2022, 6, 30)
#: With level 5 held or not: how many started and completed.
PRINTED = {True: (26, 23), False: (24, 18)}


@pytest.fixture
def pilot() -> None:
    for held, (started, completed) in PRINTED.items():
        for nth in range(started):
            made = enrolment(
                start=START, in_cohort="Pilot", level5_held=held, entry_route="pso_progression"
            )
            ends = "completed" if nth < completed else "withdrawn"
            more = {} if nth < completed else {"destination": "returned_to_pso"}
            event(made, ends, dt.date(2022, 3, 31), **more)


def test_graduates_and_non_graduates_as_printed(pilot: None) -> None:
    found = {
        one["group"]: (one["starters"], one["completed"], one["completion_rate"])
        for one in rows("cohort-outcomes", END)
        if one["breakdown"] == "level5_held"
    }
    assert found == {"yes": (26, 23, 88.5), "no": (24, 18, 75.0)}
    assert round(100 * found["no"][0] / (found["yes"][0] + found["no"][0])) == 48
    everyone = row("cohort-outcomes", END, breakdown="all")
    assert (everyone["starters"], everyone["completed"], everyone["completion_rate"]) == (
        50,
        41,
        82.0,
    )
    assert (everyone["completion_lower"], everyone["completion_upper"]) == (69.2, 90.2)
    charts = REPORTS["cohort-outcomes"].charts
    assert charts is not None
    drawn = charts(rows("cohort-outcomes", END), Names(), "of the test")
    assert "23 of 26 graduates and 18 of 24 non-graduates have completed" in [
        one.title for one in drawn
    ]


def test_while_some_are_on_the_programme_it_says_so_far(pilot: None) -> None:
    enrolment(start=START, level5_held=False)
    charts = REPORTS["cohort-outcomes"].charts
    assert charts is not None
    drawn = charts(rows("cohort-outcomes", END), Names(), "of the test")
    assert drawn[-1].title == "23 of 26 graduates and 18 of 25 non-graduates have completed so far"


def test_who_applied_and_started_as_printed() -> None:
    """50 of 122 are 41%. Whether an applicant holds level 5 is not kept with an application: that is asked of starters."""
    for nth in range(122):
        application(on=dt.date(2020, 9, 1), stages={"started": 100} if nth < 50 else {})
    found = {
        one["stage"]: one for one in rows("recruitment-funnel", END) if one["breakdown"] == "all"
    }
    assert (found["applied"]["reached"], found["started"]["reached"]) == (122, 50)
    assert found["started"]["rate_from_application"] == 41.0
