"""Files of evidence, and the rows that keep them."""

from __future__ import annotations

from collections.abc import Iterator

from assessments.files import path_of
from assessments.models import EvidenceFile
from pqip.files.stores import Gone, Store, is_there, register, uuids


def belongs(paths: list[str]) -> set[str]:
    """Those whose row stands: one taken away keeps its row and no file."""
    rows = EvidenceFile.objects.live().filter(public_id__in=uuids(paths))
    return {str(one) for one in rows.values_list("public_id", flat=True)}


def gone() -> Iterator[Gone]:
    """Files of evidence that are not there; asked again of those, as one may be taken away meanwhile."""
    rows = EvidenceFile.objects.live()
    lost = [row.pk for row in rows.iterator() if not is_there(path_of(row.public_id), row.size)]
    for row in rows.filter(pk__in=lost).select_related("evidence").order_by("recorded_at"):
        yield Gone(f"A file of evidence {row.evidence.reference}", row.recorded_at, "Ask whoever added it to add it again.")


register(Store("evidence", "Files of evidence", belongs, gone))
