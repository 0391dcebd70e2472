"""What an import keeps on disk, and which imports still have it."""

from __future__ import annotations

from collections.abc import Iterator

from pqip.exchange.kept import Findings, uploaded
from pqip.exchange.models import ImportRun
from pqip.files.stores import Gone, Store, is_there, register, uuids

NAMES = {"file", *Findings.NAMES}


def belongs(paths: list[str]) -> set[str]:
    """A file and what checking it found, of imports whose file is kept."""
    folders = {path.partition("/")[0] for path in paths}
    runs = ImportRun.objects.with_file().filter(public_id__in=uuids(folders))
    kept = {str(one) for one in runs.values_list("public_id", flat=True)}
    return {path for path in paths for folder, _, name in [path.partition("/")] if folder in kept and name in NAMES}


def gone() -> Iterator[Gone]:
    """Imports whose file is not there. Asked again of those, as one may be deleted in time while they are looked through."""
    runs = ImportRun.objects.with_file()
    lost = [run.pk for run in runs.iterator() if not is_there(uploaded(run.public_id), run.size)]
    for run in runs.filter(pk__in=lost).order_by("requested_at"):
        yield Gone(f"A file of {run.dataset} brought to be imported", run.requested_at, "Bring the file again if it is needed.")


register(Store("imports", "Files brought to be imported", belongs, gone))
