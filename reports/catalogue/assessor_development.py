"""The report on assessors who are on the way to the award."""

from reports.catalogue.base import COUNT, NUMBER, PEOPLE, PERCENT, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.assessor_development import assessor_development
from reports.suppression.families import by_family

WHO, DAY, TO_DATE = "People registered for the assessor award", "The as-at date", "To date"
COLUMNS = [
    REGION,
    ReportColumn(
        "registered", "Registered", "Registered for the award.", PEOPLE, WHO, DAY, TO_DATE
    ),
    ReportColumn(
        "in_progress", "In progress", "Registered and not yet achieved.", PEOPLE, WHO, DAY, TO_DATE
    ),
    ReportColumn(
        "overdue",
        "Overdue",
        "In progress past the target, or where none is set past {PQIP_AWARD_MONTHS} months (†) from "
        "registration.",
        PEOPLE,
        WHO,
        DAY,
        TO_DATE,
    ),
    ReportColumn(
        "achieved", "Achieved", "Registered, and the award achieved.", PEOPLE, WHO, DAY, TO_DATE
    ),
    ReportColumn(
        "achievement_rate",
        "Achievement rate (%)",
        "Achieved ÷ registered × 100.",
        PERCENT,
        WHO,
        DAY,
        TO_DATE,
        hides_with=("achieved", "registered"),
    ),
    ReportColumn(
        "median_months_to_achieve",
        "Median months to achieve",
        "From registration to the award, in months of 30.4375 days.",
        NUMBER,
        WHO,
        DAY,
        TO_DATE,
        hides_with=("achieved",),
    ),
    ReportColumn(
        "packages_assessed",
        "Packages assessed",
        "Pieces of their evidence for the award with a final decision.",
        COUNT,
        WHO,
        DAY,
        TO_DATE,
    ),
    ReportColumn(
        "packages_quality_assured",
        "Packages quality assured",
        "Pieces of their evidence for the award of which a decision was sampled, with a verdict.",
        COUNT,
        WHO,
        "The day sampled",
        TO_DATE,
    ),
    ReportColumn(
        "reviews_held",
        "Reviews held",
        "Reviews held with them, of either kind.",
        COUNT,
        WHO,
        "The day held",
        TO_DATE,
    ),
    ReportColumn(
        "induction_sessions",
        "Induction sessions attended",
        "Times they came to an induction session for assessors in training.",
        COUNT,
        WHO,
        "The day held",
        TO_DATE,
    ),
    ReportColumn(
        "workshops_attended",
        "Workshops attended",
        "Times they came to a workshop for assessors in training.",
        COUNT,
        WHO,
        "The day held",
        TO_DATE,
    ),
]
REPORT = Report(
    "assessor-development",
    "Assessor development",
    "Are trainee assessors reaching their award, and in time?",
    COLUMNS,
    assessor_development,
    "Region.",
    suppress=by_family(COLUMNS, [("registered", "in_progress", "overdue", "achieved")]),
    for_whom="Learning managers, the national team",
    of_people=False,
)
