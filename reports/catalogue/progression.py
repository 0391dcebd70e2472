"""The report on every learner's progression."""

from __future__ import annotations

from collections.abc import Sequence

from learners.rules.conversations import LOST_DAYS, LOST_WITHIN, PLACEMENT_MONTHS
from reports.catalogue.base import CODE, COUNT, DATE, TEXT, Report, ReportColumn
from reports.catalogue.keys import COHORT, PATHWAY, PDU, REGION
from reports.figures.asking import Question
from reports.figures.progression import progression

WHO, DAY, TO_DATE = "Learners who have started", "The as-at date, or the day it ended", "To date"
ON = "Active and deferred learners; blank for the others"


def column(
    name: str, title: str, definition: str, kind: str = COUNT, who: str = WHO, lookup: str = ""
) -> ReportColumn:
    """Return a column about a learner as at the day."""
    return ReportColumn(name, title, definition, kind, who, DAY, TO_DATE, lookup)


NAMED = [
    column(
        "staff_number", "Staff number", "Only for those with access to the learner's record.", TEXT
    ),
    column("name", "Name", "Only for those with access to the learner's record.", TEXT),
]
COLUMNS = [
    column(
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
    column("status", "Status", "Where the learner stands.", CODE, lookup="status"),
    column("start_date", "Start", "The day the programme started.", DATE),
    column(
        "planned_end",
        "Planned end",
        "Start plus the pathway's months for its mode, plus days on a break; or the latest approved extension, if later.",
        DATE,
    ),
    column("months_elapsed", "Months gone", "Whole months since the start."),
    column(
        "units_achieved",
        "Units achieved",
        "Units of the VQ5 with every criterion met and signed off.",
    ),
    column(
        "units_expected",
        "Units expected",
        "Whole units expected by the share of the assessment window gone by.",
        who=ON,
    ),
    column(
        "criteria_met",
        "Criteria met",
        "Criteria met on as many pieces of evidence as each requires.",
    ),
    column("criteria_total", "Criteria", "Criteria of the learner's version of the VQ5."),
    column(
        "modules_passed",
        "Modules passed",
        "Required university modules passed; one held at entry is not required.",
    ),
    column(
        "modules_due",
        "Modules due",
        "Required university modules due on or before the as-at date, or the day it ended, recorded or not: the level 5 "
        "modules not held at entry and the level 6 modules of the university. Due on the date of an attempt; a fourth level 5 "
        "module 6 months after the start; else by the intake's plan, or spread evenly (†) to the opening of assessment and "
        "from there to the planned end.",
    ),
    column(
        "training_attended", "Training attended", "Required courses attended, and not due again."
    ),
    column(
        "training_due",
        "Training due",
        "Required courses due on or before the as-at date, whether or not anybody booked them: so many months after the "
        "start, or, where the reference data says none, {PQIP_COURSE_DUE_MONTHS} months (†) after it and by the planned end "
        "at the latest; again where they recur. Of those who have ended: due by that day.",
    ),
    column(
        "progress",
        "Progress",
        "on_track, behind or at_risk (shown as needs action).",
        CODE,
        ON,
        "progress",
    ),
    column(
        "waiting_for_learner",
        "Waiting for the learner",
        "What is due from the learner: evidence, an overdue module, a return.",
        TEXT,
        ON,
    ),
    column(
        "waiting_for_service",
        "Waiting for the service",
        "What the service owes: no PTA, PTA absent, awaiting decision, awaiting countersignature, awaiting sign-off, study days "
        f"lost ({LOST_DAYS} or more study or VQ days within {LOST_WITHIN} days, but for leave and sickness), placement not "
        f"offered (none in {PLACEMENT_MONTHS} months on the programme), result not recorded (of a module that is due), training "
        "not booked. The numbers of days and months are assumed. On a break neither study days nor a placement are owed.",
        TEXT,
        ON,
    ),
    column(
        "next_due",
        "Next due",
        "What is due first, overdue ones before others: a module, a step of the vocational strand (what waits for a decision "
        "or a countersignature, an assessment planned), a course booked or to be booked, a review, the return from a break. "
        "While on a break nothing vocational is due from the learner.",
        TEXT,
        ON,
    ),
    column(
        "next_due_on",
        "Due on",
        "The day of what is due next. What waits for the service is due after {PQIP_OVERDUE_WORKING_DAYS} working days (†).",
        DATE,
        ON,
    ),
]


def choose(columns: Sequence[ReportColumn], question: Question) -> list[ReportColumn]:
    """Return the columns, without names for a user who may see none."""
    return [one for one in columns if question.with_names or one not in NAMED]


REPORT = Report(
    "progression",
    "Progression",
    "How far is each learner, and what is waiting for them or for us?",
    COLUMNS,
    progression,
    "Region, cohort, pathway, start, reference.",
    choose=choose,
    for_whom="Learning managers, regional managers, the national team",
    page_sort="-start_date",
)
