"""The datasets of learners (docs/imports.md). Importing this package registers them."""

from learners.imports import concerning  # noqa: F401  (it registers itself)
from learners.imports.allocations import Allocations
from learners.imports.applications import Applications
from learners.imports.intakes import Intakes
from learners.imports.learner_events import LearnerEvents
from learners.imports.learners import Learners
from learners.imports.module_results import ModuleResults
from learners.imports.protected_days import ProtectedDays
from learners.imports.reviews import Reviews
from learners.imports.training import Training
from learners.imports.university_awards import UniversityAwards

__all__ = [
    "Allocations",
    "Applications",
    "Intakes",
    "LearnerEvents",
    "Learners",
    "ModuleResults",
    "ProtectedDays",
    "Reviews",
    "Training",
    "UniversityAwards",
]
