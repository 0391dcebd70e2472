"""The report on countersigning as capacity."""

from reports.catalogue.base import CODE, COUNT, NUMBER, PEOPLE, PERCENT, Report, ReportColumn
from reports.catalogue.charts import countersigning_queue
from reports.catalogue.keys import REGION
from reports.figures.asking import Row
from reports.figures.countersigning import countersigning
from reports.figures.settings import RATE_LEAST
from reports.suppression.families import by_family


def no_rate(row: Row) -> str:
    """Return why a row has no return rate."""
    if not isinstance(row["decisions"], int):
        return ""
    least = int(RATE_LEAST.value)
    return (
        f"fewer than {least} decisions"
        if row["decisions"] < least
        else "nothing agreed or returned"
    )


WHO, MONTH, DAY = (
    "Decisions of the assessor, all qualifications",
    "The calendar month up to the as-at date",
    "On the day",
)
COLUMNS = [
    REGION,
    ReportColumn(
        "assessor",
        "Assessor",
        "Staff number of the assessor; blank where whoever asks may name no assessor.",
        CODE,
        lookup="assessor",
    ),
    ReportColumn(
        "assessor_status",
        "Assessor status",
        "trainee, qualified or lapsed.",
        CODE,
        "Assessors",
        "The as-at date",
        DAY,
        "assessor_status",
    ),
    ReportColumn(
        "caseload",
        "Caseload",
        "Active and deferred learners allocated to the assessor as their PTA.",
        PEOPLE,
        "Learners",
        "The as-at date",
        DAY,
    ),
    ReportColumn(
        "decisions",
        "Decisions",
        "Decisions by the day decided.",
        COUNT,
        WHO,
        "The day decided",
        MONTH,
    ),
    ReportColumn(
        "awaiting_countersignature",
        "Awaiting countersignature",
        "Decisions that need a countersignature and have no outcome yet.",
        COUNT,
        WHO,
        "The as-at date",
        DAY,
    ),
    ReportColumn(
        "agreed", "Agreed", "Countersigned as agreed.", COUNT, WHO, "The day countersigned", MONTH
    ),
    ReportColumn(
        "returned",
        "Returned",
        "Returned to the assessor.",
        COUNT,
        WHO,
        "The day countersigned",
        MONTH,
    ),
    ReportColumn(
        "return_rate",
        "Return rate (%)",
        "Returned ÷ (agreed and returned) × 100; "
        "blank under {PQIP_RATE_LEAST_DECISIONS} decisions in the month (†).",
        PERCENT,
        WHO,
        "The day countersigned",
        MONTH,
        blank_for=no_rate,
    ),
    ReportColumn(
        "median_days_to_countersign",
        "Median days to countersign",
        "Calendar days from the decision to its outcome: agreed, returned or disagreed.",
        NUMBER,
        WHO,
        "The day countersigned",
        MONTH,
        blank_for=lambda row: "nothing countersigned",
    ),
    ReportColumn(
        "oldest_waiting_days",
        "Oldest waiting (days)",
        "Calendar days the oldest decision in the queue has waited.",
        NUMBER,
        WHO,
        "The as-at date",
        DAY,
        blank_for=lambda row: "nothing waits",
    ),
]
REPORT = Report(
    "countersigning",
    "Countersigning",
    "Who needs a countersigner, how long does it take, and what is returned?",
    COLUMNS,
    countersigning,
    "Region, staff number of the assessor.",
    suppress=by_family(COLUMNS, []),
    charts=countersigning_queue,
    for_whom="Learning managers, quality assurers, the national team; each assessor for their own row",
)
