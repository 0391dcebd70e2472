"""The report on starters of the next 8 weeks and what is arranged for them."""

from reports.catalogue.base import NUMBER, PEOPLE, Report, ReportColumn
from reports.catalogue.keys import COHORT, REGION
from reports.figures.starter_readiness import starter_readiness
from reports.suppression.families import by_family

WHO, DAY, WINDOW = (
    "Learners due to start in the next 8 weeks",
    "The as-at date",
    "56 days from the as-at date, that day included",
)


def _people(name: str, title: str, definition: str) -> ReportColumn:
    return ReportColumn(name, title, definition, PEOPLE, WHO, DAY, WINDOW)


COLUMNS = [
    REGION,
    COHORT,
    _people(
        "starters_next_8_weeks",
        "Starters in the next 8 weeks",
        "Due to start, with a start date in the next 8 weeks.",
    ),
    _people(
        "pathway_told", "Pathway told", "Of them, told their pathway, which has not changed since."
    ),
    _people(
        "office_told", "Office told", "Of them, told their office, which has not changed since."
    ),
    _people("vetting_complete", "Vetting complete", "Of them, vetted, or needing no vetting."),
    _people(
        "equipment_ready",
        "Equipment ready",
        "Of them, with equipment and access ready, or needing none.",
    ),
    _people(
        "adjustments_agreed",
        "Adjustments agreed",
        "Of them, those for whom an adjustment is agreed, in place or not. Those who need none are not counted.",
    ),
    _people(
        "adjustments_in_place",
        "Adjustments in place",
        "Of those with adjustments agreed, with all in place.",
    ),
    ReportColumn(
        "median_days_notice",
        "Median days of notice",
        "From the day they were told their pathway to the start.",
        NUMBER,
        WHO,
        "The day told, and the start date",
        WINDOW,
        hides_with=("pathway_told",),
    ),
]
REPORT = Report(
    "starter-readiness",
    "Starter readiness",
    "Is everything arranged for those who start in the next 8 weeks?",
    COLUMNS,
    starter_readiness,
    "Region, cohort.",
    suppress=by_family(COLUMNS, [("adjustments_agreed", "adjustments_in_place")]),
    on_screen=True,
    opened_by=("learners.view_support",),
    for_whom="Learning managers, the national team",
    notes=(
        "On pages small counts are hidden from whoever may not see support needs, so that nobody learns from them whose "
        "adjustments were agreed.",
    ),
    of_people=False,
)
