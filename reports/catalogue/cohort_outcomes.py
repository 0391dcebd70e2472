"""The report on the outcomes of each cohort."""

from __future__ import annotations

from reports.catalogue.base import (
    CODE,
    NUMBER,
    PEOPLE,
    PERCENT,
    Protected,
    Report,
    ReportColumn,
    Rows,
)
from reports.catalogue.charts import outcomes
from reports.catalogue.keys import BREAKDOWN, GROUP
from reports.catalogue.notes import LEFT_OUT, PART_OF_REGION, TOO_MANY
from reports.figures.asking import Question
from reports.figures.cohort_outcomes import ages_at_start, cohort_outcomes, outcomes_by_region
from reports.figures.places import whole_regions
from reports.suppression.marks import hide
from reports.suppression.outcomes import Hidden, everywhere, hidden_everywhere, hidden_there

WHO, DATE, TO_DATE = "Starters", "The day it happened", "To date"


def people(name: str, title: str, definition: str) -> ReportColumn:
    """Return a column that counts people."""
    return ReportColumn(name, title, definition, PEOPLE, WHO, DATE, TO_DATE)


def rate(name: str, title: str, definition: str, *counts: str, kind: str = PERCENT) -> ReportColumn:
    """Return a column of a rate, which is hidden where one of `counts` is."""
    return ReportColumn(name, title, definition, kind, WHO, DATE, TO_DATE, hides_with=counts)


COLUMNS = [
    BREAKDOWN,
    GROUP,
    people("starters", "Starters", "Enrolments that have started."),
    people("completed", "Completed", "Completed the programme."),
    people("withdrawn", "Withdrawn", "Withdrew after starting."),
    people("deferred", "On a break", "On a break on the as-at date."),
    people("active", "Active", "Active on the as-at date."),
    rate(
        "completion_rate",
        "Completion rate (%)",
        "Completed ÷ starters × 100.",
        "completed",
        "starters",
    ),
    rate(
        "completion_lower",
        "Completion, lower limit (%)",
        "Lower 95% limit, Wilson score.",
        "completed",
        "starters",
    ),
    rate(
        "completion_upper",
        "Completion, upper limit (%)",
        "Upper 95% limit, Wilson score.",
        "completed",
        "starters",
    ),
    rate(
        "withdrawal_rate",
        "Withdrawal rate (%)",
        "Withdrawn ÷ starters × 100.",
        "withdrawn",
        "starters",
    ),
    rate(
        "left_service_rate",
        "Left the Service (%)",
        "Withdrawn with destination left_service ÷ starters × 100.",
        "left_service",
        "starters",
    ),
    rate(
        "left_service_of_withdrawn_percent",
        "Of withdrawn, left the Service (%)",
        "Withdrawn with destination left_service ÷ withdrawn × 100.",
        "left_service",
        "withdrawn",
    ),
    ReportColumn(
        "still_on_programme",
        "Still on the programme",
        "Active or on a break.",
        PEOPLE,
        WHO,
        DATE,
        TO_DATE,
    ),
    ReportColumn(
        "cohort_finished",
        "Finished",
        "yes when nobody is still on the programme.",
        CODE,
        WHO,
        DATE,
        TO_DATE,
    ),
    rate(
        "median_months_to_complete",
        "Median months to complete",
        "From start to completion, in months of 30.4375 days.",
        "completed",
        kind=NUMBER,
    ),
]


def age(name: str, title: str, definition: str) -> ReportColumn:
    """Return a column of an age."""
    return ReportColumn(name, title, definition, NUMBER, WHO, "The day of the start", TO_DATE)


AGES = [
    BREAKDOWN,
    GROUP,
    people("age_known", "Age known", "Starters whose date of birth is on record."),
    age(
        "median_age",
        "Median age",
        "Of those, the median age in whole years on the day of the start.",
    ),
    age("youngest", "Youngest", "The lowest of these ages; only where everything is shown."),
    age("oldest", "Oldest", "The highest of these ages; only where everything is shown."),
]


def without_range(rows: Rows, threshold: int) -> Rows:
    """Return the median ages of groups with enough people. A range tells the age of single people, and a number of those whose
    age is known how many of a group's starters have none.
    """
    return [
        hide(
            row,
            ["age_known", "youngest", "oldest"]
            + ([] if row["age_known"] >= threshold else ["median_age"]),
        )
        for row in rows
    ]


def protect(rows: Rows, question: Question, threshold: int) -> Protected:
    """Return the rows with what is hidden there: the same in the report of a region and of the nation."""
    regions = whole_regions(question)
    if regions == []:
        return hidden_there(rows, regions, Hidden()), [PART_OF_REGION]
    found = hidden_everywhere(everywhere(outcomes_by_region(question)), threshold)
    shown = hidden_there(rows, regions, found)
    notes = [TOO_MANY] if found.too_many else []
    return shown, notes + ([LEFT_OUT] if found.of_nation or found.nowhere else [])


REPORT = Report(
    "cohort-outcomes",
    "Cohort outcomes",
    "What became of those who started, and does it differ between groups?",
    COLUMNS,
    cohort_outcomes,
    "Breakdown, group.",
    protect=protect,
    on_screen=True,
    charts=outcomes,
    for_whom="Regional managers, the national team",
    of_people=False,
    more=[
        Report(
            "age-at-start",
            "Age at start",
            "How old were those who started?",
            AGES,
            ages_at_start,
            "Breakdown, group.",
            suppress=without_range,
            on_screen=True,
            of_people=False,
        )
    ],
)
