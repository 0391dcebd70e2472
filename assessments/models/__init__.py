"""Assessments: one noun per file."""

from assessments.models.assessors import AssessorRecord
from assessments.models.decisions import Countersignature, CountersignStamp, Decision
from assessments.models.derived import CriterionMet, UnitAchievement, Wait
from assessments.models.evidence import Evidence, Submission
from assessments.models.qualifications import Criterion, Qualification, QualificationVersion, Unit
from assessments.models.registrations import Registration, RegistrationFact
from assessments.models.signoffs import UnitSignoff

__all__ = [
    "AssessorRecord",
    "CountersignStamp",
    "Countersignature",
    "Criterion",
    "CriterionMet",
    "Decision",
    "Evidence",
    "Qualification",
    "QualificationVersion",
    "Registration",
    "RegistrationFact",
    "Submission",
    "Unit",
    "UnitAchievement",
    "UnitSignoff",
    "Wait",
]
