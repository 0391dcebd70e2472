"""Tells the file store which report files belong to runs, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from pqip.core.files.stores import MissingFile, Store, exists_with_size, register
from reports.models import Run, RunFile

FOLDER = "reports"


def referenced(paths: list[str]) -> set[str]:
    """Return those of these paths that are files of runs that may be downloaded."""
    named = RunFile.objects.filter(
        run__state=Run.State.READY, path__in=[f"{FOLDER}/{path}" for path in paths]
    )
    return {path.removeprefix(f"{FOLDER}/") for path in named.values_list("path", flat=True)}


def missing_files() -> Iterator[MissingFile]:
    """Yield the report files that are missing. Each is asked about twice, since a run may expire meanwhile."""
    rows = RunFile.objects.filter(run__state=Run.State.READY)
    lost = [
        row.pk
        for row in rows.iterator()
        if not exists_with_size(Path(settings.MEDIA_ROOT) / row.path, row.size)
    ]
    for row in rows.filter(pk__in=lost).select_related("run").order_by("run__ready_at", "pk"):
        what, kept_at = (
            f"The {row.format.upper()} file of {row.run}",
            row.run.ready_at or row.run.requested_at,
        )
        yield MissingFile(
            what,
            kept_at,
            "Ask for the report again, as at the same day and known at the same moment.",
        )


register(Store(FOLDER, "Files of reports", referenced, missing_files))
