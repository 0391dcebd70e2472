"""The monthly status report."""

from __future__ import annotations

from reports.catalogue.assessor_development import REPORT as ASSESSOR_DEVELOPMENT
from reports.catalogue.base import COUNT, NUMBER, PEOPLE, PERCENT, Report, ReportColumn
from reports.catalogue.charts import progress_by_region
from reports.catalogue.issues import REPORT as ISSUES
from reports.catalogue.keys import COHORT, PATHWAY, REGION
from reports.figures.monthly import monthly_status
from reports.suppression.families import by_family

ENROLLED, STARTERS, ON_PROGRAMME = (
    "Enrolments",
    "Enrolments with a start",
    "Active and deferred learners",
)
AS_AT, EFFECTIVE = "The as-at date", "The day it happened"
TO_DATE, MONTH = "To date", "The calendar month up to the as-at date"
PEOPLE_COUNTS = (
    "starters",
    "active",
    "deferred",
    "completed",
    "withdrawn",
    "left_service",
    "on_track",
    "behind",
    "at_risk",
    "waiting_for_service",
)


def status_column(
    name: str, title: str, definition: str, population: str = STARTERS
) -> ReportColumn:
    """Return a column that counts enrolments by status, to date."""
    return ReportColumn(name, title, definition, PEOPLE, population, EFFECTIVE, TO_DATE)


def in_month(
    name: str,
    title: str,
    definition: str,
    kind: str = COUNT,
    population: str = "Learners' evidence for the VQ5",
) -> ReportColumn:
    """Return a column about what happened in the month up to the as-at date."""
    return ReportColumn(name, title, definition, kind, population, EFFECTIVE, MONTH)


def on_day(
    name: str, title: str, definition: str, kind: str = PEOPLE, population: str = ON_PROGRAMME
) -> ReportColumn:
    """Return a column about what holds on the as-at date."""
    return ReportColumn(name, title, definition, kind, population, AS_AT, "On the day")


COLUMNS = [
    REGION,
    COHORT,
    PATHWAY,
    status_column("starters", "Starters", "Enrolments that have started."),
    status_column("due_to_start", "Due to start", "Enrolments not started yet.", ENROLLED),
    status_column(
        "did_not_start", "Did not start", "Enrolments that ended before starting.", ENROLLED
    ),
    status_column("active", "Active", "Started or resumed, and not ended."),
    status_column("deferred", "On a break", "On a break from the programme."),
    status_column("completed", "Completed", "Completed the programme."),
    status_column("withdrawn", "Withdrawn", "Withdrew after starting."),
    in_month(
        "started_in_month", "Started in month", "Starts dated in the month.", PEOPLE, STARTERS
    ),
    in_month(
        "completed_in_month",
        "Completed in month",
        "Completions dated in the month.",
        PEOPLE,
        STARTERS,
    ),
    in_month(
        "withdrawn_in_month",
        "Withdrawn in month",
        "Withdrawals dated in the month.",
        PEOPLE,
        STARTERS,
    ),
    ReportColumn(
        "completion_rate",
        "Completion rate (%)",
        "Completed ÷ starters × 100.",
        PERCENT,
        STARTERS,
        EFFECTIVE,
        TO_DATE,
        hides_with=("completed", "starters"),
    ),
    ReportColumn(
        "withdrawal_rate",
        "Withdrawal rate (%)",
        "Withdrawn ÷ starters × 100.",
        PERCENT,
        STARTERS,
        EFFECTIVE,
        TO_DATE,
        hides_with=("withdrawn", "starters"),
    ),
    status_column(
        "left_service", "Left the Service", "Withdrawn with the destination left_service."
    ),
    on_day(
        "on_track", "On track", "No units short of those expected, and nothing that needs action."
    ),
    on_day("behind", "Behind", "Short of expected units, by fewer than {PQIP_UNITS_AT_RISK} (†)."),
    on_day(
        "at_risk",
        "Needs action",
        "At least {PQIP_UNITS_AT_RISK} units short (†); or planned end passed; or a required module failed at the last "
        "permitted attempt, number {PQIP_LAST_ATTEMPT} (†), or more than {PQIP_MODULE_DAYS_OVERDUE} days overdue (†); or on a "
        "break past the expected return.",
    ),
    on_day(
        "waiting_for_service",
        "Waiting for the service",
        "Learners for whom the service owes something: a PTA, a decision, a countersignature, a sign-off, study or VQ days "
        "that were lost, a placement, the result of a module that is due, or the booking of a course that is due.",
    ),
    on_day(
        "units_achieved",
        "Units achieved",
        "Units of the VQ5 with every criterion met and signed off.",
        COUNT,
    ),
    on_day(
        "units_expected",
        "Units expected",
        "Whole units: units × share of the assessment window gone by, days on a break left out, rounded down.",
        COUNT,
    ),
    in_month(
        "evidence_submitted_in_month",
        "Evidence submitted in month",
        "Pieces of evidence by the day submitted.",
    ),
    in_month("decisions_in_month", "Decisions in month", "Decisions by the day decided."),
    in_month(
        "countersigned_in_month",
        "Countersigned in month",
        "Outcomes, agreed and returned, by the day given.",
    ),
    on_day(
        "awaiting_decision",
        "Awaiting decision",
        "Evidence with no decision yet, or whose latest decision was returned by the countersigner.",
        COUNT,
        "Learners' evidence for the VQ5",
    ),
    on_day(
        "awaiting_countersignature",
        "Awaiting countersignature",
        "Decisions that need a countersignature and have no outcome yet.",
        COUNT,
        "Learners' evidence for the VQ5",
    ),
    on_day(
        "overdue",
        "Overdue",
        "Awaiting either for more than {PQIP_OVERDUE_WORKING_DAYS} working days (†), "
        "bank holidays of England and Wales left out.",
        COUNT,
        "Learners' evidence for the VQ5",
    ),
    in_month(
        "median_turnaround_days",
        "Median turnaround (days)",
        "Calendar days from submission to the final decision, half of them shorter, for final decisions dated in the month.",
        NUMBER,
    ),
    in_month(
        "p90_turnaround_days",
        "Turnaround, nine in ten within (days)",
        "Calendar days from submission to the final decision that nine in ten do not exceed.",
        NUMBER,
    ),
    in_month(
        "reviews_held_in_month",
        "Reviews held in month",
        "Reviews by the day held.",
        COUNT,
        "Reviews of learners",
    ),
    in_month(
        "moved_in",
        "Moved in",
        "Moves into this region, cohort or pathway from another.",
        PEOPLE,
        ON_PROGRAMME,
    ),
    in_month(
        "moved_out",
        "Moved out",
        "Moves out of this region, cohort or pathway to another.",
        PEOPLE,
        ON_PROGRAMME,
    ),
]

REPORT = Report(
    "monthly-status",
    "Monthly status",
    "Where does every learner stand this month, and what is waiting for whom?",
    COLUMNS,
    monthly_status,
    "Region, cohort, pathway.",
    suppress=by_family(COLUMNS, [PEOPLE_COUNTS]),
    more=(ASSESSOR_DEVELOPMENT, ISSUES),
    charts=progress_by_region,
    for_whom="Learning managers, regional managers, the national team",
    page_sort="-cohort",
    of_people=False,
)
