"""Reports: runs, the files they made, and what is made each month."""

from reports.models.run import Run, RunFile
from reports.models.schedule import Recipient, Schedule

__all__ = ["Recipient", "Run", "RunFile", "Schedule"]
