"""The report on protected time: study and VQ days, planned and lost."""

from reports.catalogue.base import CODE, COUNT, PERCENT, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.protected_time import protected_time

WHO, DAY, WINDOW = (
    "Study and VQ days of learners",
    "The day itself; the region the learner was in on it",
    "To date",
)

COLUMNS = [
    REGION,
    ReportColumn(
        "kind",
        "Kind",
        "university (study day) or vocational (VQ day).",
        CODE,
        WHO,
        DAY,
        WINDOW,
        "kind",
    ),
    ReportColumn(
        "reason",
        "Reason lost",
        "Why a day was lost; blank for days that were not lost.",
        CODE,
        WHO,
        DAY,
        WINDOW,
        "lost_reason",
    ),
    ReportColumn(
        "planned",
        "Planned",
        "Days planned on or before the as-at date, each in one row: with its reason if it was lost.",
        COUNT,
        WHO,
        DAY,
        WINDOW,
    ),
    ReportColumn(
        "taken",
        "Taken",
        "Of them, taken. Those neither taken nor lost are not said yet.",
        COUNT,
        WHO,
        DAY,
        WINDOW,
    ),
    ReportColumn("lost", "Lost", "Of them, lost.", COUNT, WHO, DAY, WINDOW),
    ReportColumn(
        "lost_percent",
        "Lost, % of planned",
        "Lost for this reason ÷ all days planned of this kind in the region × 100.",
        PERCENT,
        WHO,
        DAY,
        WINDOW,
    ),
]
REPORT = Report(
    "protected-time",
    "Protected time",
    "How much study and VQ time is lost, and why?",
    COLUMNS,
    protected_time,
    "Region, kind, reason.",
    for_whom="Learning managers, regional managers, the national team",
    of_people=False,
)
