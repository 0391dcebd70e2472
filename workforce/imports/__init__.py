"""What the workforce has imported: staff, their absences, the professional register, targets, returns, and what is complete."""

from workforce.imports.absences import Absences
from workforce.imports.complete import Complete
from workforce.imports.register import RegisterEntries
from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Absences", "Complete", "RegisterEntries", "Returns", "Staff", "Targets"]
