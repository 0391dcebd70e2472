"""Leavers' own reasons, as totals: what they said stays with HR business partners."""

from reports.catalogue.base import CODE, PEOPLE, Column, Report
from reports.catalogue.keys import REGION
from reports.figures.leavers_reasons import leavers_reasons
from reports.suppression.listing import within_blocks

WHO, DATE, WINDOW = "Withdrawn learners who said why", "The day they said it", "The 12 months to the as-at date"
COLUMNS = [
    REGION,
    Column("reason", "Reason", "Driver of attrition that leavers named themselves.", CODE, WHO, DATE, WINDOW, "reason"),
    Column("named", "Named", "Leavers who named it.", PEOPLE, WHO, DATE, WINDOW),
    Column("named_first", "Named first", "Of them, those who named it first.", PEOPLE, WHO, DATE, WINDOW),
]
REPORT = Report(
    "leavers-reasons", "Leavers' own reasons", "What do those who leave say themselves?", COLUMNS, leavers_reasons,
    "Region, reason.", suppress=within_blocks(("region",), "named", ("named_first",)), on_screen=True,
    for_whom="Regional managers, learning managers, HR business partners",
    notes=("What a leaver said is read by HR business partners only.",),
)
