"""Delete the files of runs that were kept long enough; their rows stay as evidence."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.acting import act
from pqip.core.clock import now
from reports.models import Run


def expire_runs(*, by: Any) -> int:
    """Say so first, then delete once that is committed. Returns how many. Safe to repeat."""
    with act(by=by, reason="Kept as long as the setting says"):
        runs = list(Run.objects.expired(now()).select_for_update(skip_locked=True))
        for run in runs:
            transaction.on_commit(partial(shutil.rmtree, folder_of(run), ignore_errors=True))
        Run.objects.filter(pk__in=[run.pk for run in runs]).update(state=Run.State.EXPIRED)
    return len(runs)


def folder_of(run: Run) -> Path:
    """Where a run's files lie."""
    return Path(settings.MEDIA_ROOT) / "reports" / str(run.public_id)
