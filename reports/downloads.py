"""Who took which report out: the log that every download writes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from pqip.core.models import AccessEntry
from reports.models import Run

VIEW_DOWNLOADS = "reports.view_downloads"
TAKEN = (AccessEntry.Kind.DOWNLOAD, AccessEntry.Kind.EXPORT)


def downloads_seen_by(user: Any, run: Run | None = None) -> QuerySet[AccessEntry]:
    """What was taken out of reports, or of one run. Raises PermissionDenied without the permission, which is national."""
    if not user.scope(VIEW_DOWNLOADS).everywhere:
        raise PermissionDenied(VIEW_DOWNLOADS)
    taken = AccessEntry._default_manager.filter(kind__in=TAKEN, what__startswith="reports:")
    return taken.filter(detail__run=str(run.public_id)) if run else taken
