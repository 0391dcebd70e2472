"""Files of reports that were made, and the runs that keep them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from pqip.files.stores import Gone, Store, is_there, register
from reports.models import Run, RunFile

FOLDER = "reports"


def belongs(paths: list[str]) -> set[str]:
    """Those of runs whose files may be downloaded."""
    named = RunFile.objects.filter(run__state=Run.State.READY, path__in=[f"{FOLDER}/{path}" for path in paths])
    return {path.removeprefix(f"{FOLDER}/") for path in named.values_list("path", flat=True)}


def gone() -> Iterator[Gone]:
    """Files of reports that are not there; asked again of those, as a run may expire meanwhile."""
    rows = RunFile.objects.filter(run__state=Run.State.READY)
    lost = [row.pk for row in rows.iterator() if not is_there(Path(settings.MEDIA_ROOT) / row.path, row.size)]
    for row in rows.filter(pk__in=lost).select_related("run").order_by("run__ready_at", "pk"):
        what = f"The {row.format.upper()} file of {row.run}"
        yield Gone(what, row.run.ready_at, "Ask for the report again, as at the same day and known at the same moment.")


register(Store(FOLDER, "Files of reports", belongs, gone))
