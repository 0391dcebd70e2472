"""Supply forecast: officers, or people of another grade, in post in the months to come, against target."""

from reports.catalogue.base import NUMBER, PERCENT, TEXT, Report, ReportColumn, Rows
from reports.catalogue.keys import GRADE, REGION
from reports.catalogue.notes import before_opening, not_guessed
from reports.figures.asking import Question
from reports.figures.supply_forecast import (
    at_once,
    is_of_the_nation,
    left_unguessed,
    supply_forecast,
    with_its_page,
)
from reports.rules.forecast_inputs import OFFICER, TRAINEE

WHO = "People of the grade in the region"
DAY = "The end of the month"
WINDOW = (
    "Each of the 60 months after the as-at date; what is left of its own month counts in the first"
)
#: Why nothing is suppressed: an estimate drawn from chances counts nobody, and who is in post is told by `workforce-position`.


def fte(name: str, title: str, definition: str, kind: str = NUMBER) -> ReportColumn:
    return ReportColumn(name, title, definition, kind, WHO, DAY, WINDOW)


COLUMNS = [
    REGION,
    GRADE,
    ReportColumn("month", "Month", "The month, such as 2027-03, at its end.", TEXT),
    fte(
        "target_fte",
        "Target (FTE)",
        "The target in force by then, of those set by the instant known at; blank where none is. Of a national row the national "
        "one.",
    ),
    fte(
        "in_post_p10",
        "In post, low (FTE)",
        "In one of ten runs of the forecast fewer are in post. It learns from the {PQIP_FORECAST_YEARS} years (†) before.",
    ),
    fte("in_post_median", "In post, middle (FTE)", "In half of the runs fewer are in post."),
    fte("in_post_p90", "In post, high (FTE)", "In nine of ten runs fewer are in post."),
    ReportColumn(
        "expected_qualifying",
        "Expected to qualify",
        "Mean number of people who take up their first post as an officer in the region in the month; of PSOs, who complete.",
        NUMBER,
        "Learners and those who have completed",
        "First day as an officer",
        WINDOW,
    ),
    ReportColumn(
        "expected_leaving",
        "Expected to leave",
        "Mean number of people who leave the Service, the region or the grade in the month.",
        NUMBER,
        WHO,
        "Last day in post",
        WINDOW,
    ),
    fte(
        "gap_median",
        "Gap, middle (FTE)",
        "Target less the middle of those in post; below 0 is over strength. Blank without a target.",
    ),
    fte(
        "probability_target_met",
        "Chance that the target is met (%)",
        "The share of runs, in percent, in which as many as the target are in post. Blank without a target, and where the "
        "national one is not the sum of the regions'.",
        PERCENT,
    ),
]


def beside(rows: Rows, question: Question) -> list[str]:
    """What it rests on, in words."""
    said = [
        "Nobody knows what is to come: four of five months should lie between low and high. How often they did is "
        "shown by the report How often the forecast was right."
    ]
    if question.grade in (OFFICER, TRAINEE):
        said += not_guessed(*left_unguessed(question))
    if is_of_the_nation(question) and question.known_at:
        said += before_opening(question.known_at)
    if question.place.pdus:
        said.append(
            "A forecast is of a whole region. A unit alone has none: its people move within the region."
        )
    return said


REPORT = Report(
    "supply-forecast",
    "Supply forecast",
    "Will there be enough officers, month by month, for the next five years?",
    COLUMNS,
    supply_forecast,
    "Region (national figures last), month.",
    beside=beside,
    for_whom="Regional managers, the national team",
    of_people=False,
    asks_grade=True,
    at_once=at_once,
    with_its_page=with_its_page,
)
