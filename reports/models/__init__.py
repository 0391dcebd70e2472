"""Reports: runs, their files, and monthly schedules."""

from reports.models.forecast import ForecastAsked, ForecastKept
from reports.models.run import Run, RunFile
from reports.models.scenario import Scenario
from reports.models.schedule import Recipient, Schedule

__all__ = ["ForecastAsked", "ForecastKept", "Recipient", "Run", "RunFile", "Scenario", "Schedule"]
