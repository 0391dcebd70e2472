"""Tells the file store which stored files belong to imports, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator

from pqip.core.files.stores import MissingFile, Store, exists_with_size, register, uuids
from pqip.exchange.kept import Findings, uploaded
from pqip.exchange.models import ImportRun

NAMES = {"file", *Findings.NAMES}


def referenced(paths: list[str]) -> set[str]:
    """Return those of these paths that belong to an import with a stored file: the file itself, and the findings of its
    check.
    """
    folders = {path.partition("/")[0] for path in paths}
    runs = ImportRun.objects.with_file().filter(public_id__in=uuids(folders))
    kept = {str(one) for one in runs.values_list("public_id", flat=True)}
    return {
        path
        for path in paths
        for folder, _, name in [path.partition("/")]
        if folder in kept and name in NAMES
    }


def missing_files() -> Iterator[MissingFile]:
    """Yield the imports whose file is missing. Each is asked about twice, as one may be deleted meanwhile."""
    runs = ImportRun.objects.with_file()
    lost = [
        run.pk for run in runs.iterator() if not exists_with_size(uploaded(run.public_id), run.size)
    ]
    for run in runs.filter(pk__in=lost).order_by("requested_at"):
        yield MissingFile(
            f"A file of {run.dataset} brought to be imported",
            run.requested_at,
            "Bring the file again if it is needed.",
        )


register(Store("imports", "Files brought to be imported", referenced, missing_files))
