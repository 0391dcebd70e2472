"""Delete the files of runs that were kept long enough; their rows stay as evidence, but those of pages, which nobody took."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.acting import act
from pqip.core.clock import now
from reports.models import Run, RunFile

#: Days that the row of a page stays after its file.
PAGE_ROWS_DAYS = 30


def expire_runs(*, by: Any) -> int:
    """Say so first, then delete once that is committed. Returns how many. Safe to repeat."""
    with act(by=by, reason="Kept as long as the setting says"):
        runs = list(Run.objects.expired(now()).select_for_update(skip_locked=True))
        for run in runs:
            transaction.on_commit(partial(shutil.rmtree, folder_of(run), ignore_errors=True))
        Run.objects.filter(pk__in=[run.pk for run in runs]).update(state=Run.State.EXPIRED)
        _forget_pages()
    return len(runs)


def _forget_pages() -> None:
    """Rows of pages whose files were deleted some time ago: nobody's downloads, and asked for by the thousand."""
    old = Run.objects.pages().filter(state=Run.State.EXPIRED, expires_at__lt=now() - dt.timedelta(days=PAGE_ROWS_DAYS))
    RunFile.objects.filter(run__in=old).delete()
    old.delete()


def folder_of(run: Run) -> Path:
    """Where a run's files lie."""
    return Path(settings.MEDIA_ROOT) / "reports" / str(run.public_id)
