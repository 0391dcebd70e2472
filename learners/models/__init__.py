"""Learners: one noun per file."""

from learners.models.allocations import Allocation
from learners.models.applications import (
    ApplicantEquality,
    ApplicantEqualityRecord,
    Application,
    ApplicationRecord,
    ApplicationStage,
)
from learners.models.board import BoardAction, BoardAppeal, BoardOutcome, BoardPaper, BoardReason
from learners.models.breaks import BreakReason, BreakReview, ReturnPlan
from learners.models.campaigns import CampaignPlaces
from learners.models.conversations import Conversation, ConversationAction
from learners.models.development import (
    DiplomaExpectation,
    InductionItem,
    InductionRecord,
    PracticeObservation,
)
from learners.models.enrolments import Campaign, Cohort, Enrolment, Segment
from learners.models.entry import (
    EntryFacts,
    EntryRecord,
    EntryRules,
    PathwayDecision,
    SelectionAnswer,
)
from learners.models.equality import OfferedAnswer
from learners.models.events import Event
from learners.models.intakes import PlannedIntake
from learners.models.modules import AcademicModule, ExtensionRequest, ModuleResult
from learners.models.pathways import Pathway, PathwayTiming
from learners.models.practice import (
    CaseType,
    CaseTypeCourse,
    CaseTypeOverride,
    CoWork,
    LostReason,
    Placement,
    ProtectedDay,
)
from learners.models.qualified import NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.models.reasons import Reason, ReasonSet
from learners.models.reviews import Manageable, Review, ReviewAction, ReviewPart
from learners.models.starting import Contact, ManagerAcknowledgement, StarterStep
from learners.models.support import SupportNeed
from learners.models.training import (
    Course,
    CourseEvaluation,
    CoursePlan,
    CourseRequirement,
    FollowUp,
    TrainingExemption,
    TrainingRecord,
)
from learners.models.university import ModulePlan, OfferedAward, TaughtModule, UniversityAward
from learners.models.voice import Challenge, OwnAccount
from learners.models.withdrawals import (
    CodingCheck,
    LeaverWords,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)

__all__ = [
    "AcademicModule",
    "Allocation",
    "ApplicantEquality",
    "ApplicantEqualityRecord",
    "Application",
    "ApplicationRecord",
    "ApplicationStage",
    "BoardAction",
    "BoardAppeal",
    "BoardOutcome",
    "BoardPaper",
    "BoardReason",
    "BreakReason",
    "BreakReview",
    "Campaign",
    "CampaignPlaces",
    "CaseType",
    "CaseTypeCourse",
    "CaseTypeOverride",
    "Challenge",
    "CoWork",
    "CodingCheck",
    "Cohort",
    "Contact",
    "Conversation",
    "ConversationAction",
    "Course",
    "CourseEvaluation",
    "CoursePlan",
    "CourseRequirement",
    "DiplomaExpectation",
    "Enrolment",
    "EntryFacts",
    "EntryRecord",
    "EntryRules",
    "Event",
    "ExtensionRequest",
    "FollowUp",
    "InductionItem",
    "InductionRecord",
    "LeaverWords",
    "LostReason",
    "Manageable",
    "ManagerAcknowledgement",
    "ModulePlan",
    "ModuleResult",
    "NewlyQualified",
    "NewlyQualifiedWorkshop",
    "OfferedAnswer",
    "OfferedAward",
    "OfficerPost",
    "OwnAccount",
    "Pathway",
    "PathwayDecision",
    "PathwayTiming",
    "Placement",
    "PlannedIntake",
    "PracticeObservation",
    "ProtectedDay",
    "Reason",
    "ReasonSet",
    "ReturnPlan",
    "Review",
    "ReviewAction",
    "ReviewPart",
    "Segment",
    "SelectionAnswer",
    "StarterStep",
    "SupportNeed",
    "TaughtModule",
    "TrainingExemption",
    "TrainingRecord",
    "UniversityAward",
    "WithdrawalDetail",
    "WithdrawalProposal",
    "WithdrawalVerdict",
]
