"""The report on who applies and who falls away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.catalogue.base import (
    CODE,
    NUMBER,
    PEOPLE,
    PERCENT,
    RATIO,
    Protected,
    Report,
    ReportColumn,
    Rows,
)
from reports.catalogue.charts import applicants_by_stage
from reports.catalogue.notes import LEFT_OUT, ONLY_WHOLE, PART_OF_REGION, TOO_MANY
from reports.figures.asking import Question
from reports.figures.places import whole_regions
from reports.figures.recruitment_funnel import (
    funnel_by_region,
    rates_with_limits,
    recruitment_funnel,
    references,
)
from reports.suppression.funnel import shown_there

WHO, DATE, TO_DATE = "Applications made", "The day of the stage", "To date"
KEYS = [
    ReportColumn("campaign", "Campaign", "Recruitment campaign.", CODE, lookup="campaign"),
    ReportColumn(
        "breakdown",
        "Broken down by",
        "What applicants are grouped by, as their application said; age and region are those at the application.",
        CODE,
        lookup="applicants_by",
    ),
    ReportColumn(
        "group",
        "Group",
        "The group; not_stated where nothing was answered, asked or preferred.",
        CODE,
        lookup="group",
    ),
    ReportColumn(
        "stage",
        "Stage",
        "The stage of recruitment, in order. Checks and vetting go on side by side.",
        CODE,
        lookup="stage",
    ),
]
REACHED = ReportColumn(
    "reached",
    "Reached",
    "Applications for which the stage, or a later one, is dated on or before the as-at date.",
    PEOPLE,
    WHO,
    DATE,
    TO_DATE,
)
RATE = ReportColumn(
    "rate_from_application",
    "Of all who applied (%)",
    "Reached this stage ÷ applied × 100.",
    PERCENT,
    WHO,
    DATE,
    TO_DATE,
    hides_with=("reached",),
)
RELATIVE = ReportColumn(
    "relative_rate",
    "Relative rate",
    "The group's share of all who applied ÷ that of the reference group in the reference data (White, male, "
    "not disabled). Blank where "
    "there is none, and for not_stated.",
    RATIO,
    WHO,
    DATE,
    TO_DATE,
    hides_with=("reached",),
)
DECLARED = ReportColumn(
    "declared_percent",
    "Declared (%)",
    "Applicants of the campaign who answered ÷ all × 100. At {PQIP_DECLARATION_PERCENT} † or less the characteristic is not "
    "published.",
    PERCENT,
    WHO,
    "The day of the application",
    TO_DATE,
)
COLUMNS = [
    *KEYS,
    REACHED,
    ReportColumn(
        "passed",
        "Passed",
        "Of them, those who passed it: by its result, or because they have come to a later stage. Stages "
        "without a result are passed by all "
        "who reach them.",
        PEOPLE,
        WHO,
        DATE,
        TO_DATE,
    ),
    ReportColumn(
        "rate_from_previous",
        "Of the stage before (%)",
        "Of those who reached the stage before in this list, the share who reached this one × 100.",
        PERCENT,
        WHO,
        DATE,
        TO_DATE,
        hides_with=("reached",),
    ),
    RATE,
    RELATIVE,
    ReportColumn(
        "median_days_in_stage",
        "Median days",
        "Calendar days from the latest earlier stage to this one. Of the checks, without the days on which "
        "the clock was stopped because the "
        "applicant's information was missing; they are to take {PQIP_CHECKS_TARGET_DAYS} † days.",
        NUMBER,
        WHO,
        DATE,
        TO_DATE,
        hides_with=("reached",),
    ),
    DECLARED,
]


def _limit(name: str, title: str, definition: str, kind: str) -> ReportColumn:
    return ReportColumn(name, title, definition, kind, WHO, DATE, TO_DATE, hides_with=("reached",))


LIMITS = [
    *KEYS,
    REACHED,
    RATE,
    _limit("rate_lower", "Lower limit (%)", "Lower 95% limit, Wilson score.", PERCENT),
    _limit("rate_upper", "Upper limit (%)", "Upper 95% limit, Wilson score.", PERCENT),
    RELATIVE,
    _limit(
        "relative_lower",
        "Relative, lower limit",
        "Lower 95% limit, by the logarithm; blank for the reference groups, and where a rate is 0.",
        RATIO,
    ),
    _limit("relative_upper", "Relative, upper limit", "Upper 95% limit, as the lower one.", RATIO),
    DECLARED,
]
NOTES = (
    "A relative rate of 1 means that as large a share of the group came so far as of the reference group; 0.8 "
    "means four for every five. "
    "Where its limits lie on either side of 1, the difference may be chance. Among many groups about one in "
    "twenty differs by chance alone.",
    "The figures show at which stage groups fall away, not why. They say nothing of people who did not apply "
    "or did not answer, and a group "
    "of few applicants has wide limits: it may differ much without the figures showing it.",
    "A campaign that is still going on has applicants who have not come to the later stages yet: compare it "
    "with others once it has closed.",
)


def protecting(columns: Sequence[ReportColumn]) -> Callable[[Rows, Question, int], Protected]:
    """Return a function that hides what may not be told: the same in the report of a region and of the nation."""

    def protect(rows: Rows, question: Question, threshold: int) -> Protected:
        regions = whole_regions(question)
        shown = shown_there(
            rows, columns, regions, funnel_by_region(question), references(), threshold
        )
        notes = [
            (regions == [], PART_OF_REGION),
            (shown.too_many, TOO_MANY),
            (shown.left_out, LEFT_OUT),
            (shown.only_whole, ONLY_WHOLE),
        ]
        return shown.rows, [words for holds, words in notes if holds]

    return protect


REPORT = Report(
    "recruitment-funnel",
    "Recruitment funnel",
    "Who applies, and at which stage do they fall away?",
    COLUMNS,
    recruitment_funnel,
    "Campaign, in the order in which they opened; breakdown; group, as the reference data has them; stage.",
    protect=protecting(COLUMNS),
    on_screen=True,
    opened_by=("learners.view_applications",),
    charts=applicants_by_stage,
    more=[
        Report(
            "recruitment-rates",
            "Rates with their limits, and how many declared",
            "How sure are the rates?",
            LIMITS,
            rates_with_limits,
            "As the first table.",
            protect=protecting(LIMITS),
            on_screen=True,
            of_people=False,
        )
    ],
    for_whom="Regional managers, learning managers, the national team",
    notes=NOTES,
    of_people=False,
)
