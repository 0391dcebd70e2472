"""Learners: one noun per file."""

from learners.models.academic import AcademicModule, ModuleResult
from learners.models.allocations import Allocation
from learners.models.enrolments import Campaign, Cohort, Enrolment, Segment
from learners.models.events import Event
from learners.models.pathways import Pathway, PathwayTiming
from learners.models.reasons import Reason, ReasonSet
from learners.models.reviews import Review
from learners.models.training import Course, TrainingRecord

__all__ = [
    "AcademicModule",
    "Allocation",
    "Campaign",
    "Cohort",
    "Course",
    "Enrolment",
    "Event",
    "ModuleResult",
    "Pathway",
    "PathwayTiming",
    "Reason",
    "ReasonSet",
    "Review",
    "Segment",
    "TrainingRecord",
]
