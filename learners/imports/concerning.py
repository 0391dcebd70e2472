"""The regions that rows concern through the learners they are about: wherever those ever were on
the programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from learners.models import Event
from pqip.exchange import history
from pqip.exchange.datasets import Context, Row


def of_learners(rows: Sequence[Row], context: Context) -> Iterator[tuple[Row, str, int]]:
    """Yield the regions of every enrolment, at any time, of the people named in the rows.

    Each is given with its row and column.
    """
    numbers = {row["staff_number"] for row in rows if row["staff_number"]}
    been = Event.objects.filter(
        enrolment__person__staff_number__in=numbers, to_region__isnull=False
    )
    where: dict[str, set[int]] = {}
    for number, region in been.values_list(
        "enrolment__person__staff_number", "to_region"
    ).distinct():
        where.setdefault(number, set()).add(region)
    for row in rows:
        for region in where.get(row["staff_number"], ()):
            yield row, "staff_number", region


history.register_places(of_learners)
