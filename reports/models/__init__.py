"""Reports: runs and the files they made."""

from reports.models.run import Run, RunFile

__all__ = ["Run", "RunFile"]
