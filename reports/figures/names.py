"""Names that replace codes on pages and in workbooks."""

from __future__ import annotations

from django.db import connection

from learners.models.applications import ApplicationRoute, Stage
from reports.figures.settings import THRESHOLD
from workforce.data_quality import registered

CODE_NAMES = {
    "status": {
        "active": "Active",
        "deferred": "On a break",
        "completed": "Completed",
        "withdrawn": "Withdrawn",
        "due_to_start": "Due to start",
        "did_not_start": "Did not start",
    },
    "progress": {"on_track": "On track", "behind": "Behind", "at_risk": "Needs action"},
    "assessor_status": {"trainee": "Trainee", "qualified": "Qualified", "lapsed": "Lapsed"},
    "kind": {"university": "University day", "vocational": "VQ day"},
    "waits_for": {"decision": "Decision", "countersignature": "Countersignature"},
    "yes_no": {"True": "Yes", "False": "No"},
    "return_status": {"provisional": "Provisional", "final": "Final", "revised": "Revised"},
    "source": {"records": "Records", "return": "Return"},
    "destination": {
        "left_service": "Left the Service",
        "returned_to_pso": "Returned to a PSO post",
        "other_role": "Took another role",
        "unknown": "Not known",
    },
    "breakdown": {
        "all": "All starters",
        "pathway": "Pathway",
        "cohort": "Cohort",
        "region": "Region",
        "entry_route": "Entry route",
        "level5_held": "Level 5 held",
        "sex": "Sex",
        "ethnicity": "Ethnicity",
        "disability": "Disability",
        "age_band": "Age at start",
        "campaign": "Campaign",
    },
    "band": {
        "week": "Up to a week",
        "month": "More than a week, up to a month",
        "3_months": "More than 1 month, up to 3",
        "6_months": "More than 3 months, up to 6",
        "12_months": "More than 6 months, up to 12",
        "18_months": "More than 12 months, up to 18",
        "later": "More than 18 months",
    },
    "entry_route": {
        "external": "External",
        "pso_progression": "PSO progression",
        "internal_moj": "Internal (Ministry of Justice)",
    },
    "applicants_by": {
        "all": "All applicants",
        "sex": "Sex",
        "ethnicity": "Ethnicity",
        "disability": "Disability",
        "age_band": "Age at application",
        "route": "Route",
        "region": "Region",
    },
    "route": dict(ApplicationRoute.choices),
    "stage": {"applied": "Applied"} | dict(Stage.choices),
    "issue": {
        "no_pta": "No PTA",
        "pta_absent": "PTA absent",
        "decision_overdue": "Decision overdue",
        "countersignature_overdue": "Countersignature overdue",
        "awaiting_signoff": "Unit awaiting sign-off",
        "training_not_booked": "Training due and not booked",
        "module_overdue": "Module overdue",
        "last_attempt_failed": "Module failed at the last permitted attempt",
        "fourth_module_late": "Fourth knowledge module not passed in six months",
        "result_not_recorded": "Module due, result not recorded",
        "return_overdue": "Return from break overdue",
        "planned_end_passed": "Planned end passed",
        "planned_end_unknown": "Planned end not known",
    },
    "all": {"all": "All"},
    "known_basis": {"known_then": "Known then", "dated": "As dated"},
    "region": {"all": "All regions"},
    "level5_held": {"yes": "Yes", "no": "No"},
    "resource": {
        "vq5_assessors": "Assessors for the VQ5",
        "vq3_assessors": "Assessors for the VQ3",
        "award_assessors": "Assessors for the assessor award",
        "all_assessors": "Assessors all together",
        "line_managers": "Line managers",
        "mentors": "Mentors",
        "countersigning": "Countersigning",
        "level5_places": "University places that begin at level 5",
        "level6_places": "University places that begin at level 6",
        "other_places": "University places, level not known",
    },
    "unit": {
        "full_time": "Full time",
        "people": "People",
        "hours_a_week": "Hours a week",
        "places": "Places",
    },
}
ANYWHERE = {"not_stated": "Not stated", "not_recorded": "Not recorded"}
#: Names of what is put together where small numbers are withheld, by kind.
TOGETHER = {
    ("reason", "other_reasons"): "Other reasons, fewer than {threshold} each",
    ("reason", "several"): "Several reasons",
    ("destination", "several"): "Several destinations",
    ("pathway", "several"): "Several pathways",
    ("band", "other_reasons"): "Other bands, fewer than {threshold} each",
    ("band", "several"): "Several bands",
}
REFERENCE = """
SELECT 'region', code, name FROM workforce_region UNION ALL SELECT 'pdu', code, name FROM workforce_pdu
UNION ALL SELECT 'grade', code, name FROM workforce_grade UNION ALL SELECT 'pathway', code, name FROM learners_pathway
UNION ALL SELECT 'cohort', code, coalesce(nullif(name, ''), code) FROM learners_cohort
UNION ALL SELECT 'campaign', code, coalesce(nullif(name, ''), code) FROM learners_campaign
UNION ALL SELECT 'course', code, title FROM learners_course
UNION ALL SELECT 'module', code, title FROM learners_academicmodule UNION ALL SELECT 'reason', code, label FROM learners_reason
UNION ALL SELECT question, code, label FROM workforce_equalityoption
UNION ALL SELECT 'lost_reason', code, title FROM learners_lostreason
"""


class Names:
    """The names of codes, read once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {
            (kind, code): name for kind, names in CODE_NAMES.items() for code, name in names.items()
        } | {("check", check.code): check.title for check in registered()}
        threshold = int(THRESHOLD.value)
        self.known |= {key: name.format(threshold=threshold) for key, name in TOGETHER.items()}
        with connection.cursor() as cursor:
            cursor.execute(REFERENCE)
            self.known |= {(kind, code): name for kind, code, name in cursor.fetchall()}

    def codes(self, kind: str) -> list[str]:
        """Return the codes of a kind that have a name, in their order."""
        return [code for of, code in self.known if of == kind]

    def of(self, kind: str, code: object) -> str:
        """Return the name of a code of that kind; where none is known, the code made readable."""
        if code is None or code == "":
            return ""
        text = str(code)
        return self.known.get((kind, text)) or ANYWHERE.get(text) or text
