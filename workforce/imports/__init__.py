"""What the workforce has imported: staff, their absences, staffing targets and staffing returns."""

from workforce.imports.absences import Absences
from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Absences", "Returns", "Staff", "Targets"]
