"""The datasets of assessment: assessors, registrations, evidence, decisions and unit sign-offs (docs/imports.md)."""

from assessments.imports import concerning  # noqa: F401  (it registers itself)
from assessments.imports.assessors import Assessors
from assessments.imports.decisions import Decisions
from assessments.imports.evidence import EvidenceRows
from assessments.imports.registrations import Registrations
from assessments.imports.unit_signoffs import UnitSignoffs

__all__ = ["Assessors", "Decisions", "EvidenceRows", "Registrations", "UnitSignoffs"]
