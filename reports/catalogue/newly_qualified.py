"""The report on newly qualified officers and their protection."""

from dataclasses import replace

from reports.catalogue.base import PEOPLE, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.newly_qualified import newly_qualified
from reports.suppression.families import by_family

WHO, DAY, WINDOW = (
    "Newly qualified officers",
    "The as-at date",
    "From the later of qualifying and the first day as an officer",
)


def _people(name: str, title: str, definition: str) -> ReportColumn:
    return ReportColumn(name, title, definition, PEOPLE, WHO, DAY, WINDOW)


COLUMNS = [
    replace(
        REGION,
        definition="Region of the officer's post on the day; where none is on record, that in which they completed.",
    ),
    _people(
        "protected",
        "Protected",
        "Within {PQIP_NEWLY_QUALIFIED_MONTHS} calendar months (†) from the later of qualifying and the first day as an "
        "officer, as recorded. Absence does not make them longer.",
    ),
    _people(
        "reduction_in_force",
        "Reduction in force",
        "Of them, with at least 20% less work on the day.",
    ),
    _people("mentor", "Mentor", "Of them, with a named mentor."),
    _people(
        "workshops_done",
        "Workshops done",
        "Of them, with at least one mandatory workshop attended.",
    ),
    _people("pta_retained", "PTA retained", "Of them, who keep a practice tutor assessor."),
    _people("office_moved", "Moved office", "Of them, moved to another office."),
    _people(
        "exceptions",
        "Exceptions",
        "Protected, with anything of it not kept (a workshop is missed after three months: assumed); and officers "
        "within the same months, of whom no protection is recorded.",
    ),
]
REPORT = Report(
    "newly-qualified",
    "Newly qualified officers",
    "Is the protection of newly qualified officers kept?",
    COLUMNS,
    newly_qualified,
    "Region.",
    suppress=by_family(COLUMNS, [[column.name for column in COLUMNS[1:]]]),
    for_whom="Learning managers, regional managers, the national team",
    of_people=False,
)
