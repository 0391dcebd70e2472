"""What became of each cohort."""

from reports.catalogue.base import CODE, NUMBER, PEOPLE, PERCENT, Column, Report
from reports.catalogue.charts import completion_by_pathway
from reports.catalogue.keys import BREAKDOWN, GROUP
from reports.figures.cohort_outcomes import cohort_outcomes
from reports.suppression.outcomes import protect

WHO, DATE, TO_DATE = "Starters", "The day it happened", "To date"


def people(name: str, title: str, definition: str) -> Column:
    return Column(name, title, definition, PEOPLE, WHO, DATE, TO_DATE)


def rate(name: str, title: str, definition: str, *counts: str, kind: str = PERCENT) -> Column:
    return Column(name, title, definition, kind, WHO, DATE, TO_DATE, hides_with=counts)


COLUMNS = [
    BREAKDOWN, GROUP,
    people("starters", "Starters", "Enrolments that have started."),
    people("completed", "Completed", "Completed the programme."),
    people("withdrawn", "Withdrawn", "Withdrew after starting."),
    people("deferred", "On a break", "On a break on the as-at date."),
    people("active", "Active", "Active on the as-at date."),
    rate("completion_rate", "Completion rate (%)", "Completed ÷ starters × 100.", "completed", "starters"),
    rate("completion_lower", "Completion, lower limit (%)", "Lower 95% limit, Wilson score.", "completed", "starters"),
    rate("completion_upper", "Completion, upper limit (%)", "Upper 95% limit, Wilson score.", "completed", "starters"),
    rate("withdrawal_rate", "Withdrawal rate (%)", "Withdrawn ÷ starters × 100.", "withdrawn", "starters"),
    rate("left_service_rate", "Left the Service (%)", "Withdrawn with destination left_service ÷ starters × 100.",
         "left_service", "starters"),
    rate("left_service_of_withdrawn_percent", "Of withdrawn, left the Service (%)",
         "Withdrawn with destination left_service ÷ withdrawn × 100.", "left_service", "withdrawn"),
    Column("still_on_programme", "Still on the programme", "Active or on a break.", PEOPLE, WHO, DATE, TO_DATE,
           hides_with=("active", "deferred")),
    Column("cohort_finished", "Finished", "yes when nobody is still on the programme.", CODE, WHO, DATE, TO_DATE,
           hides_with=("active", "deferred")),
    rate("median_months_to_complete", "Median months to complete", "From start to completion, in months of 30.4375 days.",
         "completed", kind=NUMBER),
]
REPORT = Report(
    "cohort-outcomes", "Cohort outcomes", "What became of those who started, and does it differ between groups?", COLUMNS,
    cohort_outcomes, "Breakdown, group.", suppress=protect, on_screen=True, charts=completion_by_pathway,
    for_whom="Regional managers, the national team",
)
