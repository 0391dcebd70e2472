"""The user who brought a file has seen what it would do, and confirms it."""

from __future__ import annotations

from typing import Any

from pqip.core.acting import acting_as
from pqip.core.background.queue import enqueue
from pqip.core.clock import now
from pqip.core.errors import Conflict, NotAllowed
from pqip.exchange.models import ImportRun

State = ImportRun.State


def confirm_import(*, by: Any, run: ImportRun) -> ImportRun:
    """Request that the file is applied, and return the import. Confirming twice changes nothing.

    Raises NotAllowed for anybody but the user who brought it, Conflict where it is not ready.
    """
    if run.requested_by_id != by.pk or not by.can(run.described.permission):
        raise NotAllowed("Only who brought a file may import it.")
    with acting_as(by=by, reason=f"Confirmed an import of {run.dataset}"):
        moved = ImportRun.objects.filter(pk=run.pk, state=State.READY, file_deleted_at=None)
        if not moved.update(state=State.APPLYING, confirmed_at=now(), message=""):
            raise Conflict("This file is not waiting to be confirmed any more.")
        run.refresh_from_db()
        enqueue(
            "exchange.apply_import",
            key=run.job_key,
            payload={"run": run.pk},
            by=by,
            queue="imports",
        )
    return run
