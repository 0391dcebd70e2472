"""Attrition as a defensible rate."""

from reports.catalogue.base import PEOPLE, PERCENT, Column, Report
from reports.catalogue.charts import retained_curves
from reports.catalogue.keys import BREAKDOWN, GROUP
from reports.figures.attrition import attrition
from reports.suppression.curves import thin

WHO, DATE, SINCE = "Starters", "Days from the start; breaks count as time at risk", "Since the row before"
TO_DATE = "From the start to the month of the row"
COLUMNS = [
    BREAKDOWN, GROUP,
    Column("month_on_programme", "Months on the programme", "The row stands at this many months of 30.4375 days from the start.",
           "count"),
    Column("number_at_risk", "Still followed", "Starters followed at least so long.", PEOPLE, WHO, DATE,
           "At the month of the row"),
    Column("withdrawn", "Withdrawn", "Withdrew since the row before.", PEOPLE, WHO, DATE, SINCE),
    Column("deferred", "On a break", "Followed no further than this row, and on a break on the as-at date.", PEOPLE, WHO, DATE,
           SINCE),
    Column("completed", "Completed", "Completed since the row before.", PEOPLE, WHO, DATE, SINCE),
    Column("retained_percent", "Not withdrawn (%)", "Kaplan–Meier estimate of not having withdrawn; all else is censored.",
           PERCENT, WHO, DATE, TO_DATE),
    Column("lower", "Lower limit (%)", "Lower 95% limit, log–log.", PERCENT, WHO, DATE, TO_DATE),
    Column("upper", "Upper limit (%)", "Upper 95% limit, log–log.", PERCENT, WHO, DATE, TO_DATE),
    Column("withdrawn_incidence_percent", "Withdrew by then (%)", "Aalen–Johansen estimate, completion competing.", PERCENT, WHO,
           DATE, TO_DATE),
    Column("completed_incidence_percent", "Completed by then (%)", "Aalen–Johansen estimate, withdrawal competing.", PERCENT,
           WHO, DATE, TO_DATE),
]
REPORT = Report(
    "attrition", "Attrition", "Of those who start, how many are still here after each three months?", COLUMNS, attrition,
    "Breakdown, group, month.", suppress=thin, on_screen=True, charts=retained_curves,
    for_whom="Regional managers, the national team",
)
