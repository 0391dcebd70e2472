"""Who downloaded which report: the log that every download writes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pqip.core.models import AccessEntry
from pqip.core.scope import check_everywhere
from reports.models import Run

VIEW_DOWNLOADS = "reports.view_downloads"
DOWNLOADS = (AccessEntry.Kind.DOWNLOAD, AccessEntry.Kind.EXPORT)


def downloads_seen_by(user: Any, run: Run | None = None) -> QuerySet[AccessEntry]:
    """Return the log entries for downloads of reports, or of one run.

    Raises PermissionDenied without the permission, which is national.
    """
    check_everywhere(user, VIEW_DOWNLOADS)
    entries = AccessEntry._default_manager.filter(kind__in=DOWNLOADS, what__startswith="reports:")
    return entries.filter(detail__run=str(run.public_id)) if run else entries
