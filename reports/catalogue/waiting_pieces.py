"""The list of pieces of evidence behind a waiting number of the monthly status report."""

from __future__ import annotations

from reports.catalogue.base import CODE, DATE, NUMBER, TEXT, ReportColumn
from reports.catalogue.keys import COHORT, PATHWAY, PDU, REGION
from reports.catalogue.progression import NAMED

COLUMNS = [
    ReportColumn(
        "learner",
        "Reference",
        "The public reference of the learner's place on the programme.",
        TEXT,
    ),
    *NAMED,
    REGION,
    PDU,
    COHORT,
    PATHWAY,
    ReportColumn("status", "Status", "Where the learner stands.", CODE, lookup="status"),
    ReportColumn(
        "waits_for", "Waits for", "A decision or a countersignature.", CODE, lookup="waits_for"
    ),
    ReportColumn(
        "since",
        "Waiting since",
        "The day of submission, of the return, or of the decision that waits.",
        DATE,
    ),
    ReportColumn("days", "Days", "Calendar days it has waited.", NUMBER),
    ReportColumn(
        "is_overdue",
        "Overdue",
        "Waits for more than {PQIP_OVERDUE_WORKING_DAYS} working days (†).",
        CODE,
        lookup="yes_no",
    ),
]
