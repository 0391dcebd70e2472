"""Assessments: one noun per file."""

from assessments.models.assessors import AssessorRecord, CpdEntry, Handover
from assessments.models.decisions import Countersignature, CountersignStamp, Decision, DecisionDraft
from assessments.models.derived import CriterionMet, UnitAchievement, Wait
from assessments.models.evidence import Evidence, EvidenceFile, Submission
from assessments.models.plans import AssessmentPlan
from assessments.models.qualifications import (
    Criterion,
    Qualification,
    QualificationVersion,
    Unit,
    UnitGroup,
)
from assessments.models.registrations import Registration, RegistrationFact, UnitChoice, VersionMove
from assessments.models.sampling import (
    Attendance,
    Sample,
    SamplingAgreement,
    SamplingPolicy,
    Standardisation,
    StandardisationAction,
)
from assessments.models.units_signing_off import CertificateClaim, UnitRelease, UnitSignoff

__all__ = [
    "AssessmentPlan",
    "AssessorRecord",
    "Attendance",
    "CertificateClaim",
    "CountersignStamp",
    "Countersignature",
    "CpdEntry",
    "Criterion",
    "CriterionMet",
    "Decision",
    "DecisionDraft",
    "Evidence",
    "EvidenceFile",
    "Handover",
    "Qualification",
    "QualificationVersion",
    "Registration",
    "RegistrationFact",
    "Sample",
    "SamplingAgreement",
    "SamplingPolicy",
    "Standardisation",
    "StandardisationAction",
    "Submission",
    "Unit",
    "UnitAchievement",
    "UnitChoice",
    "UnitGroup",
    "UnitRelease",
    "UnitSignoff",
    "VersionMove",
    "Wait",
]
