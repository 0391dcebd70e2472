"""Tells the file store which stored files belong to evidence, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator

from assessments.facts.evidence_files import path_of
from assessments.models import EvidenceFile
from pqip.core.files.stores import MissingFile, Store, exists_with_size, register, uuids


def referenced(paths: list[str]) -> set[str]:
    """Return those of these paths that have a live row. A deleted file keeps its row, voided, and no file."""
    rows = EvidenceFile.objects.live().filter(public_id__in=uuids(paths))
    return {str(one) for one in rows.values_list("public_id", flat=True)}


def missing_files() -> Iterator[MissingFile]:
    """Yield the files of evidence that are missing. Each is asked about twice, since one may be deleted meanwhile."""
    rows = EvidenceFile.objects.live()
    lost = [
        row.pk for row in rows.iterator() if not exists_with_size(path_of(row.public_id), row.size)
    ]
    for row in rows.filter(pk__in=lost).select_related("evidence").order_by("recorded_at"):
        yield MissingFile(
            f"A file of evidence {row.evidence.reference}",
            row.known_from,
            "Ask whoever added it to add it again.",
        )


register(Store("evidence", "Files of evidence", referenced, missing_files))
