"""In post over five years, beside what was published and what it was revised to."""

from __future__ import annotations

from itertools import pairwise

from pqip.exchange.writing import SUPPRESSED
from reports.catalogue.base import (
    CODE,
    DATE,
    NUMBER,
    PEOPLE,
    PERCENT,
    TEXT,
    Report,
    ReportColumn,
    Rows,
)
from reports.catalogue.charts import in_post_over_time
from reports.catalogue.keys import GRADE, REGION
from reports.figures.position_trend import position_trend
from reports.suppression.families import by_family
from reports.suppression.marks import hide

WHO, DAY, WINDOW = "Posts", "The quarter's last day", "On the day"


COLUMNS = [
    REGION,
    GRADE,
    ReportColumn(
        "on_day",
        "Quarter end",
        "The last day of a quarter, of the five years to the as-at date.",
        DATE,
    ),
    ReportColumn(
        "target_fte", "Target (FTE)", "The target in force on the day.", NUMBER, WHO, DAY, WINDOW
    ),
    ReportColumn(
        "in_post_fte",
        "In post (FTE)",
        "As in the workforce position of the day: posts on record where they were declared complete or nothing was "
        "returned; else the latest total returned by then. Blank where there is a target alone.",
        NUMBER,
        WHO,
        DAY,
        WINDOW,
        hides_with=("in_post_headcount",),
    ),
    ReportColumn(
        "source",
        "Source of the figure",
        "records or return, as in the workforce position.",
        CODE,
        lookup="source",
    ),
    ReportColumn(
        "in_post_headcount",
        "In post (headcount)",
        "People in post, where the source says it.",
        PEOPLE,
        WHO,
        DAY,
        WINDOW,
    ),
    ReportColumn(
        "published_fte",
        "As published (FTE)",
        "The total as it was first returned or published for the day. Blank where none of the day stands any more.",
        NUMBER,
        WHO,
        DAY,
        WINDOW,
    ),
    ReportColumn(
        "published_status",
        "Published as",
        "What it was called: provisional, final or revised.",
        CODE,
        lookup="return_status",
    ),
    ReportColumn("published_source", "Source", "Where the published total is from.", TEXT),
    ReportColumn(
        "revised_fte",
        "As revised (FTE)",
        "The total that stands, where it differs from the one first published.",
        NUMBER,
        WHO,
        DAY,
        WINDOW,
    ),
    ReportColumn(
        "revised_status",
        "Revised as",
        "What the revised total is called.",
        CODE,
        lookup="return_status",
    ),
    ReportColumn(
        "change_fte",
        "Change on the quarter (FTE)",
        "In post less in post at the quarter end before, worked out before rounding. Blank where either is not known.",
        NUMBER,
        WHO,
        DAY,
        "Since the quarter end before",
        hides_with=("in_post_headcount",),
    ),
    ReportColumn(
        "change_percent",
        "Change on the quarter (%)",
        "The change ÷ in post at the quarter end before × 100, worked out before rounding.",
        PERCENT,
        WHO,
        DAY,
        "Since the quarter end before",
        hides_with=("in_post_headcount",),
    ),
]
CHANGES = ("change_fte", "change_percent")
_EACH = by_family(COLUMNS, [])


def suppress(rows: Rows, threshold: int) -> Rows:
    """Each row by itself; and a change since a quarter whose figure is hidden, from which that could be worked out."""
    found = _EACH(rows, threshold)
    for at, (before, row) in enumerate(pairwise(found), 1):
        same = all(before[key] == row[key] for key in ("region", "grade"))
        if same and before["in_post_fte"] is SUPPRESSED:
            found[at] = hide(row, CHANGES)
    return found


REPORT = Report(
    "position-trend",
    "Workforce over five years",
    "How has the number in post moved against target, and what was published?",
    COLUMNS,
    position_trend,
    "Region (national figures last), grade, day.",
    suppress=suppress,
    charts=in_post_over_time,
    for_whom="Regional managers, the national team",
    of_people=False,
)
