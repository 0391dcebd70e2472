"""Delete the files of runs that have been kept long enough.

The rows stay as evidence, except those of pages, which nobody downloaded.
"""

from __future__ import annotations

import datetime as dt
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.acting import acting_as
from pqip.core.clock import now
from reports.actions.keep_forecast import forget_forecasts
from reports.models import Run, RunFile

#: The number of days that the row of a page stays after its file was deleted.
PAGE_ROWS_DAYS = 30


def expire_runs(*, by: Any) -> int:
    """Mark the runs as expired, then delete their files once that is committed; return how many. Safe to repeat."""
    with acting_as(by=by, reason="Kept as long as the setting says"):
        runs = list(Run.objects.expired(now()).select_for_update(skip_locked=True))
        for run in runs:
            transaction.on_commit(partial(shutil.rmtree, folder_of(run), ignore_errors=True))
        Run.objects.filter(pk__in=[run.pk for run in runs]).update(state=Run.State.EXPIRED)
        _forget_pages()
        forget_forecasts(by=by)
    return len(runs)


def _forget_pages() -> None:
    """Delete the rows of pages whose files were deleted some time ago.

    There are thousands, and none is anybody's download.
    """
    old = Run.objects.pages().filter(
        state=Run.State.EXPIRED, expires_at__lt=now() - dt.timedelta(days=PAGE_ROWS_DAYS)
    )
    RunFile.objects.filter(run__in=old).delete()
    old.delete()


def folder_of(run: Run) -> Path:
    """Return the folder of a run's files."""
    return Path(settings.MEDIA_ROOT) / "reports" / str(run.public_id)
