"""The report on records that need to be corrected."""

from reports.catalogue.base import CODE, NUMBER, PEOPLE, PERCENT, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.data_quality import data_quality
from reports.suppression.families import by_family

WHO, DAY, WINDOW = "As the check says", "The as-at date", "On the day; endings up to it"
COLUMNS = [
    REGION,
    ReportColumn(
        "check",
        "Check",
        "What is looked at. The page says what each check means and what to do.",
        CODE,
        lookup="check",
    ),
    ReportColumn(
        "records", "Records", "Records that the check looks at.", PEOPLE, WHO, DAY, WINDOW
    ),
    ReportColumn(
        "failing", "To put right", "Of them, those that fail it.", PEOPLE, WHO, DAY, WINDOW
    ),
    ReportColumn(
        "failing_percent",
        "To put right (%)",
        "Records to put right ÷ records × 100.",
        PERCENT,
        WHO,
        DAY,
        WINDOW,
        hides_with=("records", "failing"),
    ),
    ReportColumn(
        "oldest_days",
        "Oldest (days)",
        "Calendar days since the longest was last right, or since it began, to the day.",
        NUMBER,
        WHO,
        DAY,
        WINDOW,
        hides_with=("failing",),
    ),
]
REPORT = Report(
    "data-quality",
    "Data quality",
    "What does the record lack, what contradicts, and what has nobody looked at?",
    COLUMNS,
    data_quality,
    "Region (blank: not known, last), then the checks in a fixed order.",
    suppress=by_family(COLUMNS, []),
    for_whom="Whoever can put records right; regional managers; the national team",
    of_people=False,
)
