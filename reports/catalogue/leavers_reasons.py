"""The report on leavers' own reasons, as totals. What each leaver said stays with HR business partners."""

from reports.catalogue.base import CODE, PEOPLE, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.leavers_reasons import leavers_reasons
from reports.suppression.merging import in_regions

WHO, DATE, WINDOW = (
    "Withdrawn learners who said why",
    "The day they said it",
    "The 12 months to the as-at date",
)
COLUMNS = [
    REGION,
    ReportColumn(
        "reason",
        "Reason",
        "Driver of attrition that leavers named themselves.",
        CODE,
        WHO,
        DATE,
        WINDOW,
        "reason",
    ),
    ReportColumn("named", "Named", "Leavers who named it.", PEOPLE, WHO, DATE, WINDOW),
    ReportColumn(
        "named_first",
        "Named first",
        "Of them, those who named it first.",
        PEOPLE,
        WHO,
        DATE,
        WINDOW,
    ),
]
REPORT = Report(
    "leavers-reasons",
    "Leavers' own reasons",
    "What do those who leave say themselves?",
    COLUMNS,
    leavers_reasons,
    "Region, reason.",
    suppress=in_regions("named", ("named_first",)),
    on_screen=True,
    opened_by=("learners.view_leavers",),
    for_whom="Regional managers, learning managers, HR business partners",
    notes=("What a leaver said is read by HR business partners only.",),
    of_people=False,
)
