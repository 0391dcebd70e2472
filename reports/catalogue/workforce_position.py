"""Vacancy as it is lived."""

from __future__ import annotations

from collections.abc import Sequence

from reports.catalogue.base import CODE, NUMBER, PEOPLE, PERCENT, Column, Report
from reports.catalogue.charts import vacancy_by_region
from reports.catalogue.keys import GRADE, PDU, REGION
from reports.figures.asking import Question
from reports.figures.workforce_position import workforce_position
from reports.suppression.units import with_units

WHO, DAY, YEAR = "Posts", "The as-at date", "The twelve months to the as-at date"


#: Every other number of people in post tells the headcount, or something of the one person there is.
HEADCOUNT = ("in_post_headcount",)


def fte(name: str, title: str, definition: str) -> Column:
    return Column(name, title, definition, NUMBER, WHO, DAY, "On the day", hides_with=() if name == "target_fte" else HEADCOUNT)


COLUMNS = [
    REGION, PDU, GRADE,
    fte("target_fte", "Target (FTE)", "The target in force; a region's own wins over the sum of its units."),
    fte("in_post_fte", "In post (FTE)", "Posts held, in full-time equivalents. PSO figures include learners."),
    Column("in_post_headcount", "In post (headcount)", "People in post.", PEOPLE, WHO, DAY, "On the day"),
    fte("learners_fte", "Learners (FTE)", "Of those in post, learners active or on a break."),
    fte("in_post_excluding_learners_fte", "In post without learners (FTE)", "In post less learners."),
    fte("non_effective_fte", "Non-effective (FTE)",
        "For each person the least of their FTE and the sum of reductions in force; absence of {PQIP_ABSENCE_DAYS} days or more "
        "(†) takes the whole. Learners' own reductions are not counted here."),
    fte("effective_fte", "Effective (FTE)", "In post less non-effective."),
    fte("shortfall_fte", "Shortfall (FTE)", "Target less in post; below 0 is over strength."),
    Column("vacancy_rate", "Vacancy rate (%)", "Shortfall ÷ target × 100, never below 0.", PERCENT, WHO, DAY, "On the day",
           hides_with=HEADCOUNT),
    Column("effective_vacancy_rate", "Effective vacancy rate (%)", "(Target less effective) ÷ target × 100, never below 0.",
           PERCENT, WHO, DAY, "On the day", hides_with=HEADCOUNT),
    Column("joiners_12m", "Joiners", "Permanent staff who came from outside, not from another post.", PEOPLE, "Permanent staff",
           "First day in post", YEAR),
    Column("leavers_12m", "Leavers",
           "Permanent staff whose last day has passed and who moved to no other post; transfers left out.",
           PEOPLE, "Permanent staff", "Last day in post", YEAR),
    Column("leaving_rate", "Leaving rate (%)",
           "Leavers ÷ mean permanent headcount at {PQIP_LEAVING_AVERAGE} × 100. The published method is not known; the "
           "averaging is a setting (†).",
           PERCENT, "Permanent staff", "Last day in post", YEAR, hides_with=("leavers_12m", *HEADCOUNT)),
    Column("source", "Source",
           "records where the region has anybody of the grade in post, else return: the latest total returned.", CODE,
           lookup="source"),
]


def choose(columns: Sequence[Column], question: Question) -> list[Column]:
    """Units only where they are asked for."""
    return [one for one in columns if question.by_pdu or one is not PDU]


REPORT = Report(
    "workforce-position", "Workforce position", "How many people are in post against target, and how many can really work?",
    COLUMNS,
    workforce_position, "Region (national figures last), unit, grade.", suppress=with_units(COLUMNS), charts=vacancy_by_region,
    choose=choose, for_whom="Regional managers, the national team",
)
