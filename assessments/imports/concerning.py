"""The regions that rows of a file concern through the evidence they name: wherever the candidate ever held a post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessments.models import Evidence
from pqip.exchange import history
from pqip.exchange.datasets import Context, Row
from workforce.models import Spell

COLUMN = "evidence_reference"


def of_candidates(rows: Sequence[Row], context: Context) -> Iterator[tuple[Row, str, int]]:
    """Yield each row with the column that names evidence and a region of its candidate (key)."""
    named = {row[COLUMN] for row in rows if row[COLUMN]}
    if not named:
        return
    candidate = dict(
        Evidence.objects.filter(reference__in=named).values_list(
            "reference", "registration__person"
        )
    )
    where: dict[int, set[int]] = {}
    for person, region in (
        Spell.objects.filter(person__in=candidate.values())
        .values_list("person", "region")
        .distinct()
    ):
        where.setdefault(person, set()).add(region)
    for row in rows:
        for region in where.get(candidate.get(row[COLUMN], 0), ()):
            yield row, COLUMN, region


history.register_places(of_candidates)
