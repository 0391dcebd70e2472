"""The report on who is still in the Service after qualifying."""

from __future__ import annotations

from dataclasses import replace

from pqip.core.formats import plural
from reports.catalogue.base import PEOPLE, PERCENT, Protected, Report, ReportColumn, Rows
from reports.catalogue.charts_attrition import still_in_the_service
from reports.catalogue.keys import BREAKDOWN, GROUP
from reports.catalogue.notes import ONLY_WHOLE, PART_OF_REGION
from reports.figures.asking import PlaceFilter, Question
from reports.figures.places import whole_regions
from reports.figures.retention import retention
from reports.figures.settings import THRESHOLD
from reports.suppression.curves import QUALIFIED, of_regions, thin

WHO = "Learners who qualified, each once by the first day"
DATE = "Days from the day they qualified, or completed where that day is not recorded"
SINCE, TO_DATE = "Since the row before", "From qualifying to the month of the row"
COLUMNS = [
    replace(
        BREAKDOWN,
        definition="What those who qualified are grouped by. Region, cohort and pathway are those at the start, as in cohort "
        "outcomes, so that a campaign or cohort is followed from its start to here.",
    ),
    GROUP,
    ReportColumn(
        "months_since_qualifying",
        "Months since qualifying",
        "The row stands at this many months of 30.4375 days from qualifying.",
        "count",
        WHO,
        DATE,
        "To 48 months",
    ),
    ReportColumn(
        "number_at_risk",
        "Still followed",
        "Those who qualified and are followed at least so long; who has no post on record since is followed for no day.",
        PEOPLE,
        WHO,
        DATE,
        "At the month of the row",
    ),
    ReportColumn(
        "left_service",
        "Left the Service",
        "Whose last post on record ended since the row before, before the as-at date. Who came back by the as-at date has not "
        "left; who moved to another part of HM Prison and Probation Service has.",
        PEOPLE,
        WHO,
        "The first day out of the Service",
        SINCE,
    ),
    ReportColumn(
        "moved_to_other_role",
        "Moved to another role",
        "First held a post of another grade than probation officer since the row before, after having been one. They are still "
        "in the Service, and still followed.",
        PEOPLE,
        WHO,
        "The first day of that post",
        SINCE,
    ),
    ReportColumn(
        "retained_percent",
        "Still in the Service (%)",
        "Kaplan–Meier estimate of not having left the Service; who is still there on the as-at date is censored.",
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
]


def protect(rows: Rows, question: Question, threshold: int) -> Protected:
    """Return the rows with few leavers hidden. A region's curve is the one that the nation's report shows of it."""
    regions = whole_regions(question)
    if regions is None:
        return thin(rows, threshold, QUALIFIED), []
    everywhere = replace(question, place=PlaceFilter())
    nation = thin(retention(everywhere, ("all", "region")), threshold, QUALIFIED) if regions else []
    shown = of_regions(rows, regions, nation, QUALIFIED)
    return shown, [ONLY_WHOLE] if regions else [PART_OF_REGION]


def without_post(rows: Rows, question: Question) -> list[str]:
    """Return a note on those of whom no post is on record since they qualified."""
    missing = next((row["without_post"] for row in rows if row["breakdown"] == "all"), 0)
    if not missing:
        return []
    few = missing < int(THRESHOLD.value)
    who = f"Fewer than {THRESHOLD.value}" if few else plural(missing, "person", "people")
    return [
        f"{who} who qualified without a post on record since: they are counted on their first day, and followed no further. "
        "Posts on record say who stays."
    ]


REPORT = Report(
    "retention",
    "Retention after qualifying",
    "Of those who qualify, how many are still in the Service up to four years later?",
    COLUMNS,
    retention,
    "Breakdown, group, month.",
    protect=protect,
    on_screen=True,
    charts=still_in_the_service,
    beside=without_post,
    for_whom="Regional managers, the national team",
    of_people=False,
)
