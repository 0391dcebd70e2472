"""What the workforce has imported: staff, staffing targets and staffing returns."""

from workforce.imports.staff import Staff
from workforce.imports.staffing import Returns, Targets

__all__ = ["Returns", "Staff", "Targets"]
