"""Each night: files that belong to nobody go, and rows whose file is gone are told of."""

from __future__ import annotations

import logging

from pqip.files.actions.tidy import tidy
from pqip.files.stores import gone
from pqip.jobs.models import Job
from pqip.jobs.registry import handler
from pqip.jobs.running import finishing

log = logging.getLogger("pqip.files")


@handler("files.tidy", title="Take away files that belong to nobody", atomic=False)
def tidy_files(job: Job) -> None:
    tidy()
    if missing := sum(1 for _ in gone()):
        log.error("files are gone", extra={"event": "files_gone", "detail": f"{missing} files"})
    with finishing(job):
        pass
