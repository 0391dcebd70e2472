"""How often the forecast was right: made as it would have been before, beside what came."""

from reports.catalogue.base import (
    CODE,
    COUNT,
    DATE,
    NUMBER,
    PERCENT,
    TEXT,
    Report,
    ReportColumn,
    Rows,
)
from reports.catalogue.keys import GRADE, REGION
from reports.figures.asking import Question
from reports.figures.forecast_backtest import (
    DATED,
    PLANNED_AHEAD,
    at_once,
    forecast_backtest,
    how_often_right,
)
from reports.figures.names import Names

WHO = "People of the grade in the region"
DAY = "The end of the month"
WINDOW = "The months between the forecast and the last month's end by the as-at date"
HORIZON = ReportColumn(
    "horizon_months",
    "Months before",
    "How many months before the last month's end the forecast would have been made: 6, 12 or 24.",
    COUNT,
    "Every region",
    "The month's end on which it would have been made",
    "Up to the last month's end by the as-at date, of a month that was over when it was known",
)


def fte(name: str, title: str, definition: str) -> ReportColumn:
    return ReportColumn(name, title, definition, NUMBER, WHO, DAY, WINDOW)


COLUMNS = [
    REGION,
    GRADE,
    ReportColumn(
        "made_at", "Made as at", "The month's end on which it would have been made.", DATE
    ),
    HORIZON,
    ReportColumn("month", "Month", "The month that was forecast, such as 2026-03.", TEXT),
    fte(
        "in_post",
        "In post (FTE)",
        "Who was in post, by the source that counts in workforce-position, as known at the instant of the report.",
    ),
    fte("in_post_p10", "Forecast, low (FTE)", "In one of ten runs fewer are in post."),
    fte("in_post_median", "Forecast, middle (FTE)", "In half of the runs fewer are in post."),
    fte("in_post_p90", "Forecast, high (FTE)", "In nine of ten runs fewer are in post."),
    ReportColumn(
        "inside",
        "Inside",
        "yes where who was in post lies between low and high, both included, before rounding. Four of five should.",
        CODE,
        WHO,
        DAY,
        WINDOW,
        "level5_held",
    ),
    ReportColumn(
        "known_basis",
        "Made from",
        "known_then: what was known at the end of the day it would have been made. dated: of a region whose record was not kept "
        "here then, facts by their dates as they are known now.",
        CODE,
        lookup="known_basis",
    ),
]
RIGHT = Report(
    "how-often-right",
    "How often we were right",
    "How often was who came to be in post between low and high, and how far off were medians and plain guesses?",
    [
        REGION,
        GRADE,
        HORIZON,
        ReportColumn("months", "Months", "Months compared.", COUNT, WHO, DAY, WINDOW),
        ReportColumn(
            "inside_percent",
            "Inside (%)",
            "Months in which who was in post lies between low and high ÷ months compared × 100.",
            PERCENT,
            WHO,
            DAY,
            WINDOW,
        ),
        fte("off_by", "Forecast off by (FTE)", "Mean distance of the middle from who was in post."),
        fte(
            "off_by_unchanged",
            "No change off by (FTE)",
            "The same of the plain guess that as many stay in post as when it was made.",
        ),
        fte(
            "off_by_trend",
            "Trend off by (FTE)",
            "The same of the plain guess that the change of the twelve months before goes on. Blank where nobody knows who was "
            "in post then.",
        ),
    ],
    how_often_right,
    "Region (all regions last), months before.",
    of_people=False,
)


def beside(rows: Rows, question: Question) -> list[str]:
    """Which regions rest on facts as dated."""
    dated = list(dict.fromkeys(row["region"] for row in rows if row["known_basis"] == DATED))
    if not dated:
        return []
    names = Names()
    regions = ", ".join(names.of("region", code) for code in dated)
    return [
        f"The record of {regions} was not kept here yet on some of the days a forecast would have been made. There it is made "
        f"from facts by their dates, and from intakes that began within {PLANNED_AHEAD} months: when they were planned is not "
        "known."
    ]


REPORT = Report(
    "forecast-backtest",
    "How often the forecast was right",
    "Made 6, 12 and 24 months ago, would the forecast have been right?",
    COLUMNS,
    forecast_backtest,
    "Region, months before, month.",
    more=(RIGHT,),
    beside=beside,
    for_whom="Regional managers, the national team",
    of_people=False,
    asks_grade=True,
    at_once=at_once,
)
