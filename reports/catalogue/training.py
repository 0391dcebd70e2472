"""The report on role training of learners and PSOs."""

from reports.catalogue.base import CODE, PEOPLE, PERCENT, Report, ReportColumn
from reports.catalogue.keys import REGION
from reports.figures.training import training
from reports.suppression.families import by_family

DAY, TO_DATE = "The as-at date", "To date"
WHO = "Learners active or on a break, and PSOs in post who are not learners"
DUE, ATTENDED = (
    f"{WHO}, of whom the course is required",
    f"{WHO}, who attended a course required of them",
)
COLUMNS = [
    REGION,
    ReportColumn(
        "grade",
        "Grade",
        "Grade of the post on the day; learners are employed as PSOs.",
        CODE,
        lookup="grade",
    ),
    ReportColumn("course", "Course", "The course.", CODE, lookup="course"),
    ReportColumn(
        "due",
        "Due",
        "Required, and due on or before the day, whether or not anybody booked it: so many months after the start, or, where "
        "the reference data says none, {PQIP_COURSE_DUE_MONTHS} months (†) after it and by a learner's planned end at the "
        "latest; again where it recurs. Those exempt for what they learned before are left out.",
        PEOPLE,
        DUE,
        "The day due",
        TO_DATE,
    ),
    ReportColumn(
        "attended",
        "Attended",
        "Of those due, attended and not due again. Attendance is not completion.",
        PEOPLE,
        DUE,
        "The day attended",
        TO_DATE,
    ),
    ReportColumn(
        "attendance_rate",
        "Attendance rate (%)",
        "Attended ÷ due × 100.",
        PERCENT,
        DUE,
        DAY,
        TO_DATE,
        hides_with=("due", "attended"),
    ),
    ReportColumn(
        "overdue",
        "Overdue",
        "Due before the day, and not attended or due again.",
        PEOPLE,
        DUE,
        "The day due",
        TO_DATE,
    ),
    ReportColumn(
        "face_to_face_percent",
        "Face to face (%)",
        "Latest attendances recorded as face to face ÷ those whose delivery is recorded × 100.",
        PERCENT,
        ATTENDED,
        "The day attended",
        TO_DATE,
        hides_with=("attended",),
    ),
    ReportColumn(
        "practised",
        "Practised",
        "Followed up by observed practice.",
        PEOPLE,
        ATTENDED,
        "The day followed up",
        TO_DATE,
    ),
    ReportColumn(
        "followed_up",
        "Followed up",
        "Followed up into practice: talked over or practised.",
        PEOPLE,
        ATTENDED,
        "The day followed up",
        TO_DATE,
    ),
    ReportColumn(
        "follow_up_overdue",
        "Follow-up overdue",
        "Not followed up, and the day for it has passed: {PQIP_FOLLOW_UP_DAYS} days (†) after attending.",
        PEOPLE,
        ATTENDED,
        "The day due",
        TO_DATE,
    ),
    ReportColumn(
        "evaluation_response_rate",
        "Evaluation response rate (%)",
        "Latest attendances whose evaluation was answered at level 1 (reaction) ÷ latest attendances × 100.",
        PERCENT,
        ATTENDED,
        "The day answered",
        TO_DATE,
        hides_with=("attended",),
    ),
]
REPORT = Report(
    "training",
    "Role training",
    "Is required training attended, and followed up into practice?",
    COLUMNS,
    training,
    "Region, grade, course.",
    suppress=by_family(
        COLUMNS, [("due", "attended", "overdue"), ("practised", "followed_up", "follow_up_overdue")]
    ),
    for_whom="Learning managers, the national team",
    of_people=False,
)
