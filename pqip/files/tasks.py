"""Every night: delete files that no row refers to, and report rows whose file is missing."""

from __future__ import annotations

import logging

from pqip.core.background.queue import Job, finishing
from pqip.core.background.registry import handler
from pqip.core.files.stores import missing_files
from pqip.files.actions.tidy import tidy

log = logging.getLogger("pqip.files")


@handler("files.tidy", title="Take away files that belong to nobody", atomic=False)
def tidy_files(job: Job) -> None:
    """Delete files that no row refers to, and log how many rows have no file."""
    tidy()
    if missing := sum(1 for _ in missing_files()):
        log.error("files are gone", extra={"event": "files_gone", "detail": f"{missing} files"})
    with finishing(job):
        pass
