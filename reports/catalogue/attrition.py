"""The report on attrition, as a rate that can be defended."""

from __future__ import annotations

from dataclasses import replace

from reports.catalogue.base import PEOPLE, PERCENT, Protected, Report, ReportColumn, Rows
from reports.catalogue.charts_attrition import retained_curves
from reports.catalogue.keys import BREAKDOWN, GROUP
from reports.catalogue.notes import ONLY_WHOLE, PART_OF_REGION
from reports.figures.asking import PlaceFilter, Question
from reports.figures.attrition import attrition
from reports.figures.places import whole_regions
from reports.suppression.curves import of_regions, thin

WHO, DATE, SINCE = (
    "Starters",
    "Days from the start; breaks count as time at risk",
    "Since the row before",
)
TO_DATE = "From the start to the month of the row"
COLUMNS = [
    BREAKDOWN,
    GROUP,
    ReportColumn(
        "month_on_programme",
        "Months on the programme",
        "The row stands at this many months of 30.4375 days from the start.",
        "count",
    ),
    ReportColumn(
        "number_at_risk",
        "Still followed",
        "Starters followed at least so long.",
        PEOPLE,
        WHO,
        DATE,
        "At the month of the row",
    ),
    ReportColumn(
        "withdrawn", "Withdrawn", "Withdrew since the row before.", PEOPLE, WHO, DATE, SINCE
    ),
    ReportColumn(
        "deferred",
        "On a break",
        "Followed no further than this row, and on a break on the as-at date.",
        PEOPLE,
        WHO,
        DATE,
        SINCE,
    ),
    ReportColumn(
        "completed", "Completed", "Completed since the row before.", PEOPLE, WHO, DATE, SINCE
    ),
    ReportColumn(
        "retained_percent",
        "Not withdrawn (%)",
        "Kaplan–Meier estimate of not having withdrawn; all else is censored.",
        PERCENT,
        WHO,
        DATE,
        TO_DATE,
    ),
    ReportColumn(
        "lower", "Lower limit (%)", "Lower 95% limit, log–log.", PERCENT, WHO, DATE, TO_DATE
    ),
    ReportColumn(
        "upper", "Upper limit (%)", "Upper 95% limit, log–log.", PERCENT, WHO, DATE, TO_DATE
    ),
    ReportColumn(
        "withdrawn_incidence_percent",
        "Withdrew by then (%)",
        "Aalen–Johansen estimate, completion competing.",
        PERCENT,
        WHO,
        DATE,
        TO_DATE,
    ),
    ReportColumn(
        "completed_incidence_percent",
        "Completed by then (%)",
        "Aalen–Johansen estimate, withdrawal competing.",
        PERCENT,
        WHO,
        DATE,
        TO_DATE,
    ),
]


def protect(rows: Rows, question: Question, threshold: int) -> Protected:
    """Return the rows with few endings hidden. A region's curve is the one that the nation's report shows of it."""
    regions = whole_regions(question)
    if regions is None:
        return thin(rows, threshold), []
    everywhere = replace(question, place=PlaceFilter())
    nation = thin(attrition(everywhere, ("all", "region")), threshold) if regions else []
    return of_regions(rows, regions, nation), [ONLY_WHOLE] if regions else [PART_OF_REGION]


REPORT = Report(
    "attrition",
    "Attrition",
    "Of those who start, how many are still here after each three months?",
    COLUMNS,
    attrition,
    "Breakdown, group, month.",
    protect=protect,
    on_screen=True,
    charts=retained_curves,
    for_whom="Regional managers, the national team",
    of_people=False,
)
