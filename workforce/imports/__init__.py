"""The datasets of the workforce: staff, absences, the professional register, targets, returns, and
records complete.
"""

from workforce.imports.absences import Absences
from workforce.imports.records_complete import Complete
from workforce.imports.register_entries import RegisterEntries
from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Absences", "Complete", "RegisterEntries", "Returns", "Staff", "Targets"]
