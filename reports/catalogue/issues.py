"""The table of the month's issues, which the monthly status report carries."""

from reports.catalogue.base import CODE, NUMBER, PEOPLE, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.issues import issues
from reports.suppression.families import by_family

COLUMNS = [
    REGION,
    ReportColumn("issue", "Issue", "What waits for somebody to act.", CODE, lookup="issue"),
    ReportColumn(
        "count",
        "Learners",
        "Learners it concerns.",
        PEOPLE,
        "Active and deferred learners",
        "The as-at date",
        "On the day",
    ),
    ReportColumn(
        "oldest_days",
        "Oldest (days)",
        "Calendar days the longest has lasted, where that is known.",
        NUMBER,
        "Active and deferred learners",
        "The as-at date",
        "On the day",
        hides_with=("count",),
    ),
]
REPORT = Report(
    "month-issues",
    "Issues of the month",
    "What needs somebody to act?",
    COLUMNS,
    issues,
    "Region, then the issues in a fixed order.",
    suppress=by_family(COLUMNS, []),
    of_people=False,
)
