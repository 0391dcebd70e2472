"""Support demand: what the supply forecast asks of the service by quarter, against what is there."""

from reports.catalogue.base import CODE, NUMBER, TEXT, Report, ReportColumn, Rows
from reports.catalogue.keys import REGION
from reports.figures.asking import Question
from reports.figures.support_demand import at_once, support_demand

WINDOW = "The next eight quarters; the first is that of the month after the as-at date"
#: Why nothing is suppressed: what is needed is an estimate that counts nobody, and what is there is places, posts and hours.
COLUMNS = [
    REGION,
    ReportColumn("quarter", "Quarter", "Calendar quarter, such as 2027-Q1.", TEXT),
    ReportColumn(
        "resource",
        "What",
        "What is asked for. Assessors apart by what they may assess, and each once in all together.",
        CODE,
        lookup="resource",
    ),
    ReportColumn(
        "pathway",
        "Pathway",
        "Of places at the university, the pathway of those who begin.",
        CODE,
        lookup="pathway",
    ),
    ReportColumn(
        "university",
        "University",
        "Of places at the university, the region’s on the last day of the quarter; blank where none is known.",
        TEXT,
    ),
    ReportColumn("unit", "Counted in", "What the numbers of the row count.", CODE, lookup="unit"),
    ReportColumn(
        "needed",
        "Needed",
        "What the forecast asks for. Assessors: people to assess ÷ {PQIP_TARGET_CASELOAD} (†). "
        "VQ5: learners, and newly qualified officers while protected ({PQIP_NEWLY_QUALIFIED_MONTHS} months, †): of those of the "
        "day who keep their practice tutor assessor, of those to come everybody. "
        "VQ3: those on it until it is due, and PSOs who join, for 12 months each. "
        "Assessor award: those on it until it is due, and officers who become one, for {PQIP_AWARD_MONTHS} months (†) each. "
        "Line managers: learners ÷ {PQIP_LEARNERS_PER_MANAGER} (†). "
        "Mentors: learners and newly qualified officers ÷ {PQIP_PEOPLE_PER_MENTOR} (†). "
        "Countersigning: decisions a week for each person assessed, and the share that needs a countersignature, as in the "
        "8 weeks to the as-at date, at {PQIP_COUNTERSIGN_MINUTES} minutes (†). "
        "University: whoever began in the quarter and is on the programme at its end, at the level at which their pathway begins "
        "(assumed).",
        NUMBER,
        "Learners, newly qualified officers, PSOs and assessors in training expected in the region",
        "The end of the quarter; places at the university, in the quarter",
        WINDOW,
    ),
    ReportColumn(
        "there",
        "There",
        "What is there as at the as-at date, taken to stay but for what is recorded of later days. Assessors: places ÷ "
        "{PQIP_TARGET_CASELOAD} (†), places as on Assessor capacity. Line managers: senior probation officers in post (FTE) as "
        "in workforce-position. Mentors: people in post who mentor a learner or a newly qualified officer on the as-at date. "
        "Countersigning: hours a week recorded of those in post who may countersign, of the region or for its assessors. "
        "Blank where it is not known, as places at the university are.",
        NUMBER,
        "Assessors, managers, mentors and countersigners in post in the region",
        "The last day of the quarter",
        WINDOW,
        blank_for=lambda row: "not known",
    ),
    ReportColumn(
        "short",
        "Short",
        "Needed less there before rounding, never below 0; blank where what is there is not known. National figures add up what "
        "each region is short of: what one has to spare helps no other. Of countersigning, each countersigner counts once.",
        NUMBER,
        "As needed and there",
        "The end of the quarter",
        WINDOW,
        blank_for=lambda row: "not known",
    ),
]


def beside(rows: Rows, question: Question) -> list[str]:
    """What it rests on, in words."""
    said = [
        "An assessor who may assess several qualifications counts with the same places for each of them. Nobody is added who is "
        "not recorded as coming, and nobody leaves who is not recorded as leaving.",
        "Only intakes that are planned are counted: after the last of them nobody begins.",
    ]
    if question.place.pdus:
        said.append(
            "The forecast is of a whole region. A unit alone has none: its people move within the region."
        )
    return said


REPORT = Report(
    "support-demand",
    "What the forecast asks of the service",
    "Are there enough assessors, managers, mentors and hours for the officers who are to come?",
    COLUMNS,
    support_demand,
    "Region (national figures last), quarter, what, pathway.",
    beside=beside,
    for_whom="Regional managers, learning managers, the national team",
    of_people=False,
    at_once=at_once,
)
