"""Withdrawals with their reasons."""

from reports.catalogue.base import CODE, PEOPLE, TEXT, Column, Report
from reports.catalogue.charts import withdrawals_by_quarter
from reports.catalogue.keys import PATHWAY, REGION
from reports.figures.withdrawals import withdrawals
from reports.suppression.listing import within_blocks

WHO, DATE, QUARTER = "Withdrawn starters", "The day of withdrawal", "The calendar quarter"
COLUMNS = [
    Column("quarter", "Quarter", "Calendar quarter of the withdrawal.", TEXT, WHO, DATE, QUARTER),
    REGION, PATHWAY,
    Column("reason", "Reason", "The one reason that counts; not_recorded where it is blank.", CODE, WHO, DATE, QUARTER, "reason"),
    Column("destination", "Destination", "Where the learner went.", CODE, WHO, DATE, QUARTER, "destination"),
    Column("withdrawn", "Withdrawn", "Learners who withdrew.", PEOPLE, WHO, DATE, QUARTER),
    Column("interview_offered", "Exit interview offered", "Of them, offered an exit interview by the as-at date.", PEOPLE, WHO,
           "The day offered", "To date"),
    Column("interview_held", "Exit interview held", "Of them, interviewed by the as-at date.", PEOPLE, WHO, "The day held",
           "To date"),
]
REPORT = Report(
    "withdrawals", "Withdrawals", "Who leaves the programme when, why, and where to?", COLUMNS, withdrawals,
    "Quarter, region, pathway, reason, destination.",
    suppress=within_blocks(("quarter", "region", "pathway"), "withdrawn", ("interview_offered", "interview_held")),
    on_screen=True, charts=withdrawals_by_quarter, for_whom="Regional managers, HR business partners, the national team",
)
