"""Imported files are personal data: they are deleted after a while. The row that says what was done stays."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.exchange import kept
from pqip.exchange.limits import limits
from pqip.exchange.models import ImportRun


def purge_files(*, by: Any) -> int:
    """Delete the files of imports older than the limit that are not being processed; return how many.

    Each is first recorded as deleted, and deleted once that is committed.
    """
    before = now() - dt.timedelta(days=limits().kept_days)
    old = (
        ImportRun.objects.with_file()
        .filter(requested_at__lt=before)
        .exclude(pk__in=ImportRun.objects.at_work().values("pk"))
    )
    deleted = 0
    for run in old.iterator():
        with acting_as(by=by, reason="The file's time is over"):
            ImportRun.objects.filter(pk=run.pk).update(file_deleted_at=now(), answers={})
            transaction.on_commit(partial(kept.forget, run.public_id))
        deleted += 1
    return deleted
