"""What the workforce has imported: staff, their absences, the professional register, staffing targets and returns."""

from workforce.imports.absences import Absences
from workforce.imports.register import RegisterEntries
from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Absences", "RegisterEntries", "Returns", "Staff", "Targets"]
