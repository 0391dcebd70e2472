"""The report on the development of PSOs who are not learners."""

from reports.catalogue.base import PEOPLE, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.pso_development import pso_development
from reports.suppression.families import by_family

WHO, DAY, TO_DATE = "PSOs in post who are not learners", "The as-at date", "To date"
START = "Their start is the first day of their time as a PSO without a day between."


def _people(name: str, title: str, definition: str) -> ReportColumn:
    return ReportColumn(name, title, definition, PEOPLE, WHO, DAY, TO_DATE)


COLUMNS = [
    REGION,
    _people(
        "psos",
        "PSOs",
        "In post on the day, without those on the programme as learners, active or on a break.",
    ),
    _people(
        "vq3_due",
        "VQ3 due",
        f"Of them, those of whom the VQ3 is expected, twelve months or more after their start. {START} "
        "It is expected of those who began on or after the day in the reference data (†).",
    ),
    _people(
        "vq3_achieved_in_12_months",
        "VQ3 achieved in 12 months",
        "Of those due, with the certificate, or the last unit achieved, on or before the anniversary.",
    ),
    _people(
        "vq3_overdue",
        "VQ3 overdue",
        "Of those due, not achieved, and the anniversary was before the day.",
    ),
    _people("no_mentor", "No mentor", "Of all of them, with no mentor on the day."),
    _people(
        "no_assessor",
        "No assessor",
        "Of those who have not achieved the VQ3, and of whom it is expected or who are registered for it, with no assessor "
        "on the day.",
    ),
    _people(
        "induction_complete",
        "Induction complete",
        "With every item recorded that was part of the induction on the day they started. The items are placeholders "
        "(assumed).",
    ),
    _people(
        "mandatory_overdue",
        "Mandatory courses overdue",
        "With a mandatory course that was due, or due again, before the day, whether or not anybody booked it. Courses whose "
        "recurrence is not known are never due again.",
    ),
]
REPORT = Report(
    "pso-development",
    "Development of PSOs",
    "Are PSOs inducted, looked after and qualified in time?",
    COLUMNS,
    pso_development,
    "Region.",
    suppress=by_family(COLUMNS, [("vq3_due", "vq3_achieved_in_12_months", "vq3_overdue")]),
    for_whom="Learning managers, regional managers, the national team",
    of_people=False,
)
