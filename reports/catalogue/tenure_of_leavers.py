"""The report on how long those who withdrew had been on the programme."""

from __future__ import annotations

from dataclasses import replace

from reports.catalogue.base import CODE, PEOPLE, PERCENT, Protected, Report, ReportColumn, Rows
from reports.catalogue.charts_attrition import tenure_of_all
from reports.catalogue.keys import PATHWAY, REGION
from reports.catalogue.notes import BANDS_TOGETHER, PART_OF_REGION, TOO_MANY
from reports.figures.asking import PlaceFilter, Question
from reports.figures.attrition import attrition
from reports.figures.cohort_outcomes import outcomes_by_region
from reports.figures.places import whole_regions
from reports.figures.tenure_of_leavers import tenure_of_leavers
from reports.suppression.curves import thin
from reports.suppression.outcomes import everywhere, hidden_everywhere
from reports.suppression.tenure import curves_of_regions, of_a_part, together

WHO, DATE, TO_DATE = "Withdrawn starters", "The day of withdrawal", "To date"
AT_START = "{} at the start, so that moving a learner flatters nobody."
COLUMNS = [
    replace(REGION, definition=AT_START.format("Region")),
    replace(PATHWAY, definition=AT_START.format("Pathway"), date="The day they started"),
    ReportColumn(
        "band",
        "Time on the programme",
        "From the start to the day of withdrawal, breaks included: up to a week (7 days), a month, 3, 6, 12 and 18 months of "
        "30.4375 days, or later; each band without those before it.",
        CODE,
        WHO,
        DATE,
        TO_DATE,
        "band",
    ),
    ReportColumn("withdrawn", "Withdrawn", "Learners who withdrew.", PEOPLE, WHO, DATE, TO_DATE),
    ReportColumn(
        "share_of_starters",
        "Share of starters (%)",
        "Withdrawn ÷ everybody who started in the region on the pathway × 100; where pathways are put together, ÷ everybody who "
        "started in the region.",
        PERCENT,
        "Starters",
        DATE,
        TO_DATE,
        hides_with=("withdrawn",),
    ),
    ReportColumn(
        "left_service",
        "Left the Service",
        "Of those who withdrew, whose destination is out of the Service.",
        PEOPLE,
        WHO,
        DATE,
        TO_DATE,
    ),
]


def protect(rows: Rows, question: Question, threshold: int) -> Protected:
    """Return the rows of whole regions, with the bands told that neither cohort outcomes nor curves of attrition complete."""
    regions = whole_regions(question)
    if regions == []:
        return of_a_part(rows), [PART_OF_REGION]
    found = hidden_everywhere(everywhere(outcomes_by_region(question)), threshold)
    nation = attrition(replace(question, place=PlaceFilter()), ("all", "region"))
    curves = curves_of_regions(nation, thin(nation, threshold))
    asked = {code: told for code, told in curves.items() if regions is None or code in regions}
    return together(rows, found, threshold, asked), [
        BANDS_TOGETHER,
        *([TOO_MANY] if found.too_many else []),
    ]


REPORT = Report(
    "tenure-of-leavers",
    "Tenure of leavers",
    "How long had those who withdrew been on the programme?",
    COLUMNS,
    tenure_of_leavers,
    "Region, pathway, band from the shortest.",
    protect=protect,
    on_screen=True,
    charts=tenure_of_all,
    for_whom="Regional managers, the national team",
    of_people=False,
)
