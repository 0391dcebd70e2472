"""Columns that several reports are keyed by."""

from reports.catalogue.base import CODE, ReportColumn

REGION = ReportColumn("region", "Region", "Probation region.", CODE, lookup="region")
PDU = ReportColumn(
    "pdu", "PDU", "Probation delivery unit; blank is the whole region.", CODE, lookup="pdu"
)
COHORT = ReportColumn(
    "cohort",
    "Cohort",
    "Intake the learner belongs to.",
    CODE,
    date="On the as-at date, or the day it ended",
    lookup="cohort",
)
PATHWAY = ReportColumn(
    "pathway",
    "Pathway",
    "Route through the programme.",
    CODE,
    date="On the as-at date, or the day it ended",
    lookup="pathway",
)
GRADE = ReportColumn("grade", "Grade", "Grade of the post.", CODE, lookup="grade")
BREAKDOWN = ReportColumn(
    "breakdown",
    "Broken down by",
    "What starters are grouped by. Region, cohort and pathway are those at the start, so that moving a learner flatters nobody.",
    CODE,
    lookup="breakdown",
)
GROUP = ReportColumn(
    "group",
    "Group",
    "The group; not_stated where nothing was answered, asked or preferred.",
    CODE,
    lookup="group",
)
