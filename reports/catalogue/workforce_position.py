"""The report on the workforce: posts, people in post, and vacancy."""

from __future__ import annotations

from collections.abc import Sequence

from pqip.core.formats import date_gov
from reports.catalogue.base import CODE, DATE, NUMBER, PEOPLE, PERCENT, Report, ReportColumn, Rows
from reports.catalogue.charts import vacancy_by_region
from reports.catalogue.keys import GRADE, PDU, REGION
from reports.figures.asking import Question
from reports.figures.names import Names
from reports.figures.settings import RETURN_DAYS
from reports.figures.workforce_position import workforce_position
from reports.suppression.units import with_units

WHO, DAY, YEAR = "Posts", "The as-at date", "The twelve months to the as-at date"


#: Counts from which the headcount, or something about a single person, could be worked out: every other number of people in
#: post.
HEADCOUNT = ("in_post_headcount",)


def fte(name: str, title: str, definition: str) -> ReportColumn:
    """Return a column in full-time equivalents; all but the target are hidden where the headcount is."""
    return ReportColumn(
        name,
        title,
        definition,
        NUMBER,
        WHO,
        DAY,
        "On the day",
        hides_with=() if name == "target_fte" else HEADCOUNT,
    )


COLUMNS = [
    REGION,
    PDU,
    GRADE,
    fte(
        "target_fte",
        "Target (FTE)",
        "The target in force; a region's own wins over the sum of its units.",
    ),
    fte(
        "in_post_fte",
        "In post (FTE)",
        "Posts held, in full-time equivalents. PSO figures include learners.",
    ),
    ReportColumn(
        "in_post_headcount",
        "In post (headcount)",
        "People in post.",
        PEOPLE,
        WHO,
        DAY,
        "On the day",
    ),
    fte("learners_fte", "Learners (FTE)", "Of those in post, learners active or on a break."),
    fte(
        "in_post_excluding_learners_fte", "In post without learners (FTE)", "In post less learners."
    ),
    fte(
        "non_effective_fte",
        "Non-effective (FTE)",
        "For each person the least of their FTE and the sum of reductions in force; absence of {PQIP_ABSENCE_DAYS} days or more "
        "(†) takes the whole. The protection of newly qualified officers counts where they hold the post; learners' own "
        "reductions are not counted here.",
    ),
    fte("effective_fte", "Effective (FTE)", "In post less non-effective."),
    fte("shortfall_fte", "Shortfall (FTE)", "Target less in post; below 0 is over strength."),
    ReportColumn(
        "vacancy_rate",
        "Vacancy rate (%)",
        "Shortfall ÷ target × 100, never below 0.",
        PERCENT,
        WHO,
        DAY,
        "On the day",
        hides_with=HEADCOUNT,
    ),
    ReportColumn(
        "effective_vacancy_rate",
        "Effective vacancy rate (%)",
        "(Target less effective) ÷ target × 100, never below 0.",
        PERCENT,
        WHO,
        DAY,
        "On the day",
        hides_with=HEADCOUNT,
    ),
    ReportColumn(
        "joiners_12m",
        "Joiners",
        "Permanent staff who came from outside, not from another post.",
        PEOPLE,
        "Permanent staff",
        "First day in post",
        YEAR,
    ),
    ReportColumn(
        "leavers_12m",
        "Leavers",
        "Permanent staff whose last day has passed and who moved to no other post; transfers left out.",
        PEOPLE,
        "Permanent staff",
        "Last day in post",
        YEAR,
    ),
    ReportColumn(
        "leaving_rate",
        "Leaving rate (%)",
        "Leavers ÷ mean permanent headcount at {PQIP_LEAVING_AVERAGE} × 100. The published method is not known; the "
        "averaging is a setting (†).",
        PERCENT,
        "Permanent staff",
        "Last day in post",
        YEAR,
        hides_with=("leavers_12m", *HEADCOUNT),
    ),
    ReportColumn(
        "source",
        "Source",
        "records where the region's posts of the grade are declared complete on record, or no total of them was returned by "
        "then; else return: the latest total returned, with the learners on record where it says nothing of them. Blank "
        "for a unit of which nobody returned a total while its region rests on one.",
        CODE,
        lookup="source",
    ),
    ReportColumn(
        "source_date",
        "Returned as at",
        "The day the returned total is of; of a region summed from its units, the earliest. Blank where records count. After "
        "{PQIP_RETURN_DAYS} days (†) it is said to be old.",
        DATE,
    ),
    ReportColumn(
        "qualified_12m",
        "Qualified",
        "Officers in their first post as one, begun once they had completed the programme. They moved from a PSO's post and "
        "are no joiners.",
        PEOPLE,
        WHO,
        "First day as an officer",
        YEAR,
    ),
    ReportColumn(
        "learners_per_manager",
        "Learners per manager",
        "Learners of the row (headcount) ÷ senior probation officers in post at the place, on record.",
        NUMBER,
        WHO,
        DAY,
        "On the day",
        hides_with=HEADCOUNT,
    ),
    ReportColumn(
        "learners_per_pta",
        "Learners per practice tutor assessor",
        "Learners of the row (headcount) ÷ practice tutor assessors and senior ones in post at the place, on record.",
        NUMBER,
        WHO,
        DAY,
        "On the day",
        hides_with=HEADCOUNT,
    ),
]


def choose(columns: Sequence[ReportColumn], question: Question) -> list[ReportColumn]:
    """Return the columns, with the unit only where units are asked for."""
    return [one for one in columns if question.by_pdu or one is not PDU]


def old_returns(rows: Rows, question: Question) -> list[str]:
    """Return notes on which totals rest on an old return: one made more than a set number of days ago."""
    days = int(RETURN_DAYS.value)
    old = [
        row
        for row in rows
        if row["source_date"]
        and (question.as_at - row["source_date"]).days > days
        and not row["pdu"]
    ]
    if not old:
        return []
    names = Names()
    notes = [
        f"{names.of('region', row['region'])}, {names.of('grade', row['grade'])} ({date_gov(row['source_date'])})"
        for row in old
    ]
    return [
        f"Totals that were returned more than {days} days before the as-at date stand for: {'; '.join(notes)}."
    ]


REPORT = Report(
    "workforce-position",
    "Workforce position",
    "How many people are in post against target, and how many can really work?",
    COLUMNS,
    workforce_position,
    "Region (national figures last), unit, grade.",
    suppress=with_units(COLUMNS),
    beside=old_returns,
    charts=vacancy_by_region,
    choose=choose,
    for_whom="Regional managers, the national team",
    of_people=False,
)
