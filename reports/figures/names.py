"""Names that stand in for codes on pages and in workbooks."""

from __future__ import annotations

from django.db import connection

from workforce.data_quality import registered

SPOKEN = {
    "status": {"active": "Active", "deferred": "On a break", "completed": "Completed", "withdrawn": "Withdrawn",
               "due_to_start": "Due to start", "did_not_start": "Did not start"},
    "progress": {"on_track": "On track", "behind": "Behind", "at_risk": "Needs action"},
    "assessor_status": {"trainee": "Trainee", "qualified": "Qualified", "lapsed": "Lapsed"},
    "kind": {"university": "University day", "vocational": "VQ day"},
    "source": {"records": "Records", "return": "Return"},
    "destination": {"left_service": "Left the Service", "returned_to_pso": "Returned to a PSO post",
                    "other_role": "Took another role",
                    "unknown": "Not known"},
    "breakdown": {"all": "All starters", "pathway": "Pathway", "cohort": "Cohort", "region": "Region",
                  "entry_route": "Entry route",
                  "level5_held": "Level 5 held", "sex": "Sex", "ethnicity": "Ethnicity", "disability": "Disability",
                  "age_band": "Age at start", "campaign": "Campaign"},
    "entry_route": {"external": "External", "pso_progression": "PSO progression",
                    "internal_moj": "Internal (Ministry of Justice)"},
    "issue": {
        "no_pta": "No PTA", "pta_absent": "PTA absent", "decision_overdue": "Decision overdue",
        "countersignature_overdue": "Countersignature overdue", "awaiting_signoff": "Unit awaiting sign-off",
        "training_not_booked": "Training due and not booked",
        "module_overdue": "Module overdue", "last_attempt_failed": "Module failed at the last permitted attempt",
        "fourth_module_late": "Fourth knowledge module not passed in six months",
        "result_not_recorded": "Module due, result not recorded",
        "return_overdue": "Return from break overdue", "planned_end_passed": "Planned end passed",
        "planned_end_unknown": "Planned end not known",
    },
    "all": {"all": "All"}, "level5_held": {"yes": "Yes", "no": "No"},
}
ANYWHERE = {"not_stated": "Not stated", "not_recorded": "Not recorded"}
REFERENCE = """
SELECT 'region', code, name FROM workforce_region UNION ALL SELECT 'pdu', code, name FROM workforce_pdu
UNION ALL SELECT 'grade', code, name FROM workforce_grade UNION ALL SELECT 'pathway', code, name FROM learners_pathway
UNION ALL SELECT 'cohort', code, coalesce(nullif(name, ''), code) FROM learners_cohort
UNION ALL SELECT 'campaign', code, coalesce(nullif(name, ''), code) FROM learners_campaign
UNION ALL SELECT 'course', code, title FROM learners_course
UNION ALL SELECT 'module', code, title FROM learners_academicmodule UNION ALL SELECT 'reason', code, label FROM learners_reason
UNION ALL SELECT 'lost_reason', code, title FROM learners_lostreason
"""


class Names:
    """The names of codes, read once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {
            (kind, code): name for kind, names in SPOKEN.items() for code, name in names.items()
        } | {("check", check.code): check.title for check in registered()}
        with connection.cursor() as cursor:
            cursor.execute(REFERENCE)
            self.known |= {(kind, code): name for kind, code, name in cursor.fetchall()}

    def of(self, kind: str, code: object) -> str:
        """The name of a code of that kind; the code itself, made readable, where none is known."""
        if code is None or code == "":
            return ""
        text = str(code)
        return self.known.get((kind, text)) or ANYWHERE.get(text) or text
