"""The report on withdrawals and their reasons."""

from __future__ import annotations

from reports.catalogue.base import CODE, PEOPLE, TEXT, Protected, Report, ReportColumn, Rows
from reports.catalogue.charts import withdrawals_by_quarter
from reports.catalogue.keys import PATHWAY, REGION
from reports.catalogue.notes import PART_OF_REGION, PUT_TOGETHER, TOO_MANY
from reports.figures.asking import Question
from reports.figures.places import whole_regions
from reports.figures.withdrawals import withdrawals, withdrawn_by_quarter
from reports.suppression.withdrawals import hidden_quarters, of_a_part, together

WHO, DATE, QUARTER = "Withdrawn starters", "The day of withdrawal", "The calendar quarter"
COLUMNS = [
    ReportColumn(
        "quarter", "Quarter", "Calendar quarter of the withdrawal.", TEXT, WHO, DATE, QUARTER
    ),
    REGION,
    PATHWAY,
    ReportColumn(
        "reason",
        "Reason",
        "The one reason that counts; not_recorded where it is blank.",
        CODE,
        WHO,
        DATE,
        QUARTER,
        "reason",
    ),
    ReportColumn(
        "destination",
        "Destination",
        "Where the learner went.",
        CODE,
        WHO,
        DATE,
        QUARTER,
        "destination",
    ),
    ReportColumn("withdrawn", "Withdrawn", "Learners who withdrew.", PEOPLE, WHO, DATE, QUARTER),
    ReportColumn(
        "interview_offered",
        "Exit interview offered",
        "Of them, offered an exit interview by the as-at date.",
        PEOPLE,
        WHO,
        "The day offered",
        "To date",
    ),
    ReportColumn(
        "interview_held",
        "Exit interview held",
        "Of them, interviewed by the as-at date.",
        PEOPLE,
        WHO,
        "The day held",
        "To date",
    ),
]


def protect(rows: Rows, question: Question, threshold: int) -> Protected:
    """Return the rows put together where few people withdrew, and hidden where the whole of a quarter is few."""
    if whole_regions(question) == []:
        return of_a_part(rows), [PART_OF_REGION]
    if question.place.everywhere:
        everywhere: dict[tuple[str, str], int] = {}
        for row in rows:
            block = row["quarter"], row["region"]
            everywhere[block] = everywhere.get(block, 0) + row["withdrawn"]
    else:
        everywhere = withdrawn_by_quarter(question)
    found = hidden_quarters(everywhere, threshold)
    notes = [PUT_TOGETHER, *([TOO_MANY] if found.too_many else [])]
    return together(rows, found, threshold), notes


REPORT = Report(
    "withdrawals",
    "Withdrawals",
    "Who leaves the programme when, why, and where to?",
    COLUMNS,
    withdrawals,
    "Quarter, region, pathway, reason, destination.",
    protect=protect,
    on_screen=True,
    opened_by=("learners.view_learner", "learners.view_leavers"),
    charts=withdrawals_by_quarter,
    page_sort="-quarter",
    for_whom="Regional managers, HR business partners, the national team",
    of_people=False,
)
