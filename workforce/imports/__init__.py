"""What the workforce has imported: staff, their absences, targets, returns, and what is complete."""

from workforce.imports.absences import Absences
from workforce.imports.complete import Complete
from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Absences", "Complete", "Returns", "Staff", "Targets"]
